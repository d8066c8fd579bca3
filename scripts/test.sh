#!/usr/bin/env bash
# Everything that must hold: set-up, restore, build with warnings as errors, format, all tests. Closes with "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/setup.sh
dotnet restore CoFinetune.sln -v quiet
dotnet build CoFinetune.sln -c Release --no-restore -v quiet --nologo
scripts/lint.sh

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
for project in tests/CoFinetune.Tests tests/CoFinetune.Torch.Tests; do
  dotnet test "$project" -c Release --no-build --nologo -v quiet \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$(basename "$project").trx" --results-directory "$results" || status=1
done

# The counters of each result file: total, passed, failed; the rest was skipped, with its reason in the output above.
count() { cat "$results"/*.trx | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk "{ n += \$1 } END { print n + 0 }"; }
if ! compgen -G "$results/*.trx" >/dev/null; then echo "0 passed, 1 failed"; exit 1; fi
passed=$(count passed) failed=$(count failed) total=$(count total)
echo "$passed passed, $failed failed, $((total - passed - failed)) skipped"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ] && exit $status
exit 1
