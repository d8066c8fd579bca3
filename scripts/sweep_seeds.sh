#!/usr/bin/env bash
# The same run with several seeds, and a table of what came out: what `cofinetune sweep` does, in plain shell, to start from for loops of your own.
#   scripts/sweep_seeds.sh CONFIG FOLDER SEED... [-- key=value...]
#   scripts/sweep_seeds.sh configs/demo.yaml runs/seeds 1 2 3 -- steps=400
# Prints a csv row for each seed: seed, exit code, run directory, checkpoint, metrics. Run again, it goes on with what is not finished.
# Exit codes: 0 all runs finished, 8 some failed, 130 and 143 stopped by Ctrl-C and SIGTERM. COFINETUNE names the program.
set -uo pipefail
usage() { echo "usage: scripts/sweep_seeds.sh CONFIG FOLDER SEED... [-- key=value...]" >&2; exit 2; }
[ $# -ge 3 ] || usage
config=$1 folder=$2
shift 2
seeds=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do seeds+=("$1"); shift; done
[ "${1:-}" = -- ] && shift
[ ${#seeds[@]} -gt 0 ] || usage
cofinetune=${COFINETUNE:-"$(dirname "${BASH_SOURCE[0]}")/../dist/cofinetune"}
mkdir -p "$folder" || exit 1

# The value of a key of a JSON object on one line: text, a number, or true; and all of "last", which holds the metrics.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$2"; }
metrics() { sed -n 's/.*"last":{\([^}]*\)}.*/\1/p' <<<"$1" | tr -d '"' | tr ',' ' '; }

failed=0
echo "seed,exit_code,run_dir,checkpoint,metrics"
for seed in "${seeds[@]}"; do
  run="$folder/seed-$seed"
  # 75 is «stopped, can be gone on with»: a time limit, or a scheduler's SIGUSR1. The same command goes on from the last checkpoint.
  while
    summary=$("$cofinetune" train "$config" "$@" "seed=$seed" --run-dir "$run" --resume auto --json --quiet 2> >(tee -a "$folder/errors.jsonl" >&2))
    code=$?
    [ "$code" -eq 75 ]
  do :; done
  echo "$seed,$code,$run,$(field checkpoint "$summary"),$(metrics "$summary")"
  case $code in
    0) ;;
    129 | 130 | 143) exit "$code" ;;
    *) failed=1 ;;
  esac
done
[ "$failed" -eq 0 ] || exit 8
