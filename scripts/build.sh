#!/usr/bin/env bash
# Builds the command: dist/cofinetune. Options go to `dotnet publish`, for example -p:TorchBackend=cuda
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet publish src/CoFinetune.Cli -c Release -o dist -v quiet --nologo "$@"
echo "built dist/cofinetune"
