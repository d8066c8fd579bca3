#!/usr/bin/env bash
# The paper's comparison, several seeds of each condition; docs/study.md says what came out.
#   scripts/study.sh synthetic                             a world of its own for each seed, with few detection clips
#   COFINETUNE_REAL=DIR scripts/study.sh real              recordings in the layout that configs/real.yaml names
#   options: --seeds N (5)   --jobs N (one per core)   --steps N   --folder DIR (runs/study/WORLD)   --conditions "NAME NAME"
# Every condition sees as many clips. Run it again to go on where it stopped; a failed run fails the study with code 8 after all others are done.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,6s/^# \{0,1\}//p' scripts/study.sh >&2; exit 2; }
world=${1:-}
[ $# -gt 0 ] && shift
seeds=5 jobs=$(nproc) folder=runs/study/$world
conditions="downstream finetune-1 finetune-2 cofinetune-1 cofinetune-2 weighted alternating accumulate"
case "$world" in
  synthetic) config=configs/study.yaml first=kinetics second=moments steps=1200 rate=3e-3 ;;
  real)
    config=configs/real.yaml first=actions second=fight steps=1200 rate=1.5e-3
    conditions="downstream finetune-1 finetune-2 cofinetune-1 cofinetune-2"
    : "${COFINETUNE_REAL:?names the folder of the recordings}" ;;
  *) usage ;;
esac
one=
while [ $# -gt 0 ]; do
  case "$1" in
    --seeds) seeds=$2 ;; --jobs) jobs=$2 ;; --steps) steps=$2 ;; --folder) folder=$2 ;; --conditions) conditions=$2 ;;
    --one) one=$2 ;;    # CONDITION/seed-N: what the queue below runs
    *) usage ;;
  esac
  shift 2
done
cofinetune=${COFINETUNE:-dist/cofinetune}

# The data of one seed. Both give the detection set a few films only, other ones for each seed.
data() {
  if [ "$world" = synthetic ]; then
    "$cofinetune" data synth "$folder/worlds/$1" --seed "$1" --kinetics 1500 --moments 1500 --kinetics-val 60 --moments-val 60 \
      --ava 8 --ava-val 60 --frame-size 64 --progress none >&2
  else
    mkdir -p "$folder/worlds/$1"
    local all=$COFINETUNE_REAL/topview_ava/annotations/train.csv
    cut -d, -f1 "$all" | sort -u | awk -v seed="$1" '{ film[NR] = $0 } END { for (i = 0; i < 3; i++) print film[(seed * 3 + i) % NR + 1] }' \
      | grep -F -f - "$all" >"$folder/worlds/$1/train.csv"
  fi
}

# train DIR SEED STEPS RATE key=value…: one run, warmed up for a twelfth of its steps; goes on where it was stopped.
train() {
  local dir=$1 seed=$2 steps=$3 rate=$4 code
  shift 4
  local settings=("seed=$seed" "steps=$steps" "optimizer.lr=$rate" "schedule.warmup=$((steps / 12))" "checkpoint.every=$steps" threads=1 data.workers=1)
  if [ "$world" = synthetic ]; then settings+=("data_root=$folder/worlds/$seed")
  else settings+=("datasets.ava.data.train=$PWD/$folder/worlds/$seed/train.csv" evaluate.start=false "evaluate.every=$steps"); fi
  mkdir -p "$(dirname "$dir")"
  while :; do
    "$cofinetune" train "$config" "${settings[@]}" "$@" --run-dir "$dir" --progress none >"$dir.out" 2>"$dir.log"
    code=$?
    [ $code -eq 75 ] || return $code
  done
}

shares() { echo "datasets.$first.share=$1 datasets.$second.share=$2 datasets.ava.share=$3"; }

# What a condition trains on: the shares of the two upstream sets and the detection set, and for fine-tuning two runs one after the other.
condition() {
  local name=$1 seed=$2 dir=$folder/runs/$1/seed-$2 upstream=$folder/upstream/$1/seed-$2
  local before=$((steps * 6 / 10))
  finetune() {   # SHARES: 60 % of the steps upstream, then the detection set at half the rate
    train "$upstream" "$seed" "$before" "$rate" $1 || return
    train "$dir" "$seed" $((steps - before)) "$(awk -v rate="$rate" 'BEGIN { print rate / 2 }')" "init=$upstream" $(shares 0 0 1)
  }
  case "$name" in
    downstream) train "$dir" "$seed" "$steps" "$rate" $(shares 0 0 1) ;;
    finetune-1) finetune "$(shares 1 0 0)" ;;
    finetune-2) finetune "$(shares 1 1 0)" ;;
    cofinetune-1) train "$dir" "$seed" "$steps" "$rate" $(shares 0.6 0 0.4) ;;
    cofinetune-2) train "$dir" "$seed" "$steps" "$rate" $(shares 0.3 0.3 0.4) ;;
    weighted) train "$dir" "$seed" "$steps" "$rate" $(shares 0.3 0.3 0.4) 'mixture={ type: weighted, batch: 16 }' ;;
    alternating) train "$dir" "$seed" "$steps" "$rate" $(shares 1 1 1) 'mixture={ type: alternating }' "datasets.$first.batch=14" "datasets.$second.batch=14" datasets.ava.batch=20 ;;
    accumulate) train "$dir" "$seed" "$steps" "$rate" $(shares 1 1 1) 'mixture={ type: accumulate }' "datasets.$first.batch=5" "datasets.$second.batch=5" datasets.ava.batch=6 ;;
    *) echo "no condition '$name'" >&2; return 2 ;;
  esac
}

if [ -n "$one" ]; then
  name=${one%/seed-*} seed=${one##*/seed-}
  if condition "$name" "$seed"; then echo "$one done" >&2
  else
    echo "$one failed, see $folder/runs/$one.log" >&2
    exit 1
  fi
  exit 0
fi

for seed in $(seq "$seeds"); do data "$seed" || exit; done
failed=0
for seed in $(seq "$seeds"); do for name in $conditions; do echo "$name/seed-$seed"; done; done \
  | xargs -P "$jobs" -I{} scripts/study.sh "$world" --steps "$steps" --folder "$folder" --one {} || failed=8

# What came out: means and differences to the first condition, every figure and class as csv, and a plot.
groups=() metrics=(--metric ava.map --metric ava.map_head --metric ava.map_mid --metric ava.map_tail)
for name in $conditions; do groups+=("$folder/runs/$name"); done
"$cofinetune" run compare "${groups[@]}" "${metrics[@]}" --plot "$folder/means.png"
"$cofinetune" run compare "${groups[@]}" --csv >"$folder/results.csv"
"$cofinetune" run compare "${groups[@]}" --classes >"$folder/classes.csv"
echo "wrote $folder/results.csv and $folder/classes.csv" >&2
exit $failed
