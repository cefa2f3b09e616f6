LC_ALL=C; export LC_ALL
chain() {
  head=$(printf '%064d' 0) records=0
  while IFS= read -r line; do
    body=${line%,\"hash\":\"*}
    hash=${line##*,\"hash\":\"}; hash=${hash%\"\}}
    prev=${body##*,\"prev\":\"}; prev=${prev%\"}
    real=$(printf '%s' "$body" | sha256sum); real=${real%% *}
    if [ "$hash" != "$real" ]; then echo "$1: record #$records was altered"; return 1; fi
    if [ "$prev" != "$head" ]; then echo "$1: record #$records does not follow the one before it"; return 1; fi
    head=$hash records=$((records + 1))
  done < "$1"
  if ! grep -q "\"chain_head\": \"$head\"" report.json || ! grep -q "\"chain_length\": $records,\{0,1\}$" report.json
  then echo "$1: $records records, head $head, and report.json says otherwise"; return 1; fi
  echo "$1: $records records, head $head"
}
chain journal.jsonl && if [ -e followup.jsonl ]; then chain followup.jsonl; fi
