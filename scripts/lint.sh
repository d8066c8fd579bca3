#!/usr/bin/env bash
# Fails when `dotnet format` would change a file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet format CoFinetune.sln --verify-no-changes --no-restore "$@"
echo "format: nothing to change"
