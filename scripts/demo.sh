#!/usr/bin/env bash
# A first run in two minutes: set-up, build, a small synthetic three-dataset world, co-finetuning, evaluation.
#   scripts/demo.sh            talks to people
#   scripts/demo.sh --json     ends with one object on stdout: seconds, untrained_map, trained_map, run_dir, checkpoint
# The world and the run lie under runs/demo (COFINETUNE_DEMO names another folder; the seed is COFINETUNE_DEMO_SEED).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
json=no
case "${1:-}" in
  "") ;;
  --json) json=yes ;;
  *) echo "usage: scripts/demo.sh [--json]" >&2; exit 2 ;;
esac
say() { echo "== $*" >&2; }
folder=${COFINETUNE_DEMO:-runs/demo}
seed=${COFINETUNE_DEMO_SEED:-1}

scripts/setup.sh
say "building"
scripts/build.sh >&2
cofinetune=dist/cofinetune

say "making the world: videos and annotations under $folder/world"
"$cofinetune" data synth "$folder/world" --seed "$seed" >&2
say "co-finetuning one ViViT on three datasets"
summary=$("$cofinetune" train configs/demo.yaml "seed=$seed" "data_root=$folder/world" --run-root "$folder" --json)
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$2"; }
run_dir=$(field run_dir "$summary") checkpoint=$(field checkpoint "$summary")
untrained=$(sed -n 's/.*"first":{[^}]*"ava.map":\([^,}]*\).*/\1/p' <<<"$summary")
say "evaluating $checkpoint"
table=$("$cofinetune" eval "$checkpoint" --dataset ava)
trained=$(sed -n 's/^frame-mAP@0.5 \([0-9.]*\).*/\1/p' <<<"$table")

cat >&2 <<END
$table

AVA frame-mAP: $untrained untrained, $trained after training; $SECONDS seconds, set-up and build included.

Three commands to try next:
  dist/cofinetune eval $checkpoint --predictions $folder/predictions
  dist/cofinetune train configs/demo.yaml data_root=$folder/world steps=1200 datasets.ava.share=0.5
  dist/cofinetune config show configs/demo.yaml --origin
END
if [ "$json" = yes ]; then
  printf '{"seconds":%s,"untrained_map":%s,"trained_map":%s,"run_dir":"%s","checkpoint":"%s"}\n' \
    "$SECONDS" "$untrained" "$trained" "$run_dir" "$checkpoint"
fi
