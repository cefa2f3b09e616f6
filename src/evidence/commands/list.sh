odd=$({ find . ! -type d ! -path ./run.lock ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig \
          ! -path ./SHA256SUMS.sig.tsq ! -path ./SHA256SUMS.sig.tsr | cut -c3-
        cut -c67- SHA256SUMS; } | LC_ALL=C sort | uniq -u)
count=$(($(wc -l < SHA256SUMS)))
if [ -n "$odd" ]; then printf 'added or missing: %s\n' "$odd"; false
elif ! grep -q "\"files\": $count,\{0,1\}$" report.json; then echo "report.json does not count $count files"; false
else echo "$count files, as many as report.json counts"; fi
