# What the walks of the aws CLI share: a lab of their own, and words for what a command must print or end with. To be
# sourced, with the lab's seed as the first argument.
# shellcheck shell=sh

firedrill=${FIREDRILL:-target/debug/firedrill}
aws=${AWS:-aws}
work=$(mktemp -d)
"$firedrill" lab up --json --speed 60 --seed "$1" >"$work/info" &
lab=$!
trap 'kill "$lab" 2>/dev/null || true; wait "$lab" || true; rm -r "$work"' EXIT
tries=0
until [ -s "$work/info" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 200 ] || { echo "the lab did not start"; exit 1; }
    sleep 0.05
done

field() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/" "$work/info"; }
AWS_ENDPOINT_URL=$(field aws_endpoint)
AWS_ACCESS_KEY_ID=$(field access_key_id)
AWS_SECRET_ACCESS_KEY=$(field secret_access_key)
AWS_REGION=ap-northeast-2 AWS_DEFAULT_REGION=ap-northeast-2
AWS_DEFAULT_OUTPUT=text
AWS_EC2_METADATA_DISABLED=true
AWS_CONFIG_FILE=/dev/null
AWS_SHARED_CREDENTIALS_FILE=/dev/null
export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION
export AWS_DEFAULT_OUTPUT AWS_EC2_METADATA_DISABLED AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE

commands=0
unrouted=0

wrong() { echo "WRONG: aws $*"; sed 's/^/    /' "$work/out" "$work/err"; exit 1; }

# The aws CLI as it is; its exit code in `code`, what it printed in the files out and err, and in `out`.
run() {
    commands=$((commands + 1))
    code=0
    $aws "$@" >"$work/out" 2>"$work/err" || code=$?
    out=$(cat "$work/out")
}

# The command must have succeeded and printed what the pattern of the shell describes.
judge() {
    pattern=$1
    shift
    [ "$code" = 0 ] || wrong "$@"
    # shellcheck disable=SC2254
    case "$out" in
        $pattern) ;;
        *) echo "expected: $pattern"; wrong "$@" ;;
    esac
}

# says PATTERN COMMAND...: runs the command and judges it.
says() {
    expected=$1
    shift
    run "$@"
    judge "$expected" "$@"
}

# refuses CODE TEXT COMMAND...: AWS's error; the CLI ends with 255.
refuses() {
    expected=$1 text=$2
    shift 2
    run "$@"
    [ "$code" = 255 ] || { echo "exit code $code, 255 expected"; wrong "$@"; }
    grep -qF "($expected)" "$work/err" || { echo "expected: $expected"; wrong "$@"; }
    grep -qF "$text" "$work/err" || { echo "expected: $text"; wrong "$@"; }
}

# has PATTERN COMMAND...: as `says`, or the lab says loudly that it has no such operation.
has() {
    expected=$1
    shift
    run "$@"
    if grep -qE '\((UnroutedOperation|UnroutedService)\)' "$work/err"; then
        unrouted=$((unrouted + 1))
        echo "not routed: aws $1 $2"
        out=""
    else
        judge "$expected" "$@"
    fi
}

# Ends the lab, which must end well, and tells how much was done.
finish() {
    kill "$lab"
    wait "$lab"
    echo "$commands commands, $unrouted of them for operations that the lab has not got"
    echo "all is as it should be"
}
