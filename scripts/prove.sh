# `./cochin prove`: runs all proofs at full size and writes docs/proof.md. Sourced by the launcher.
# Further arguments go to the test runner, e.g. --filter-class '*CrashMatrixTests'; the report then covers those tests and goes to .cochin/.

prove() {
  prepare_work
  require_dotnet
  copy_sources
  export COCHIN_PROOF=whole COCHIN_PROOF_REPORT="$work/proof"
  rm -rf "$COCHIN_PROOF_REPORT"
  report=$root/docs/proof.md
  selection="--filter-namespace Cochin.Functions.Tests.Proof*"
  if [ $# -gt 0 ]; then report=$work/proof.md selection=; fi

  status=0
  began=$(date +%s)
  # shellcheck disable=SC2086
  (cd "$root" && dotnet test --project Cochin.Functions.Tests -- $selection "$@" 2>&1) | tee "$work/prove.log" >&2 || status=$?
  {
    printf '# Proof\n\n'
    printf 'Result of `./cochin prove%s` on %s, at commit %s, with %s cores and .NET %s, in %s minutes: %s. ' \
      "${1:+ $*}" "$(date -u +%Y-%m-%d)" "$(git -C "$root" rev-parse --short HEAD)" "$(nproc)" "$(dotnet --version)" \
      "$((($(date +%s) - began + 59) / 60))" "$([ "$status" -eq 0 ] && echo 'every proof passed' || echo 'SOME PROOFS FAILED')"
    printf '`./cochin test` runs a part of each.\n'
    for section in $(ls "$COCHIN_PROOF_REPORT" 2>/dev/null | sort -V); do
      printf '\n'
      cat "$COCHIN_PROOF_REPORT/$section"
    done
  } > "$report"
  say "The report is in ${report#"$root"/}."
  exit "$status"
}
