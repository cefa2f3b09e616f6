SIGNERS=../allowed_signers SIGNER=drills@example.com
ssh-keygen -Y verify -f "$SIGNERS" -I "$SIGNER" -n firedrill-evidence -s SHA256SUMS.sig < SHA256SUMS
