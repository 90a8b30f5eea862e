# `./cochin func`, a part of the launcher: the jobs under the Azure Functions host, as they run in Azure. Nothing is written or
# started before all that it needs is there.

core_tools_node=22 # The oldest Node.js that the version of the Core Tools in package.json runs on.

run_functions_host() {
  prepare_work
  require_dotnet
  copy_sources
  problems=0
  bring_node_packages
  if [ "$problems" -gt 0 ]; then
    say "Without the Functions host the jobs run at their hours under: ./cochin serve"
    exit 1
  fi
  prepare_local_settings
  exec node "$root/scripts/func.mjs" "$root" "$func" "$@"
}

missing() {
  problems=$((problems + 1))
  say "error: $1"
  shift
  printf '  %s\n' "$@" >&2
}

# Azurite and, if they can be had, the Core Tools. `func` on the PATH goes before those in node_modules.
bring_node_packages() {
  if ! command -v node >/dev/null 2>&1; then
    missing "Node.js was not found; the storage emulator and the Azure Functions Core Tools run on it." \
      "Install it from https://nodejs.org, version $core_tools_node or later, then try again."
    return
  fi
  if ! find_core_tools || [ ! -f "$root/node_modules/azurite/package.json" ]; then
    say "Installing the storage emulator and the Azure Functions Core Tools (npm install) …"
    run_logged "$work/npm.log" "npm install" run_npm install --no-save --no-audit --no-fund || true
  fi
  if [ ! -f "$root/node_modules/azurite/package.json" ]; then
    missing "npm could not install the storage emulator; what it said is in .cochin/npm.log." "Try it by hand: npm install"
  fi
  if ! find_core_tools; then
    missing "The Azure Functions Core Tools can't be had: there is no \`func\` on the PATH, and $(why_no_core_tools)." \
      "Install them: npm install --global azure-functions-core-tools@4" \
      "or by another way of https://learn.microsoft.com/azure/azure-functions/functions-run-local, then try again."
  fi
}

run_npm() {
  cd "$root"
  exec npm "$@"
}

find_core_tools() {
  func=$(command -v func 2>/dev/null || true)
  [ -n "$func" ] || func=$root/node_modules/.bin/func
  [ -x "$func" ]
}

why_no_core_tools() {
  node=$(node --version)
  major=${node#v}
  if [ "${major%%.*}" -lt "$core_tools_node" ]; then
    echo "from npm they need Node.js $core_tools_node or later (this is $node)"
  else
    echo "npm could not install them (their installation downloads a program; see .cochin/npm.log)"
  fi
}

prepare_local_settings() {
  [ ! -e "$root/local.settings.json" ] || return 0
  cp "$root/local.settings.sample.json" "$root/local.settings.json"
  say "Wrote local.settings.json from the sample; from now on every ./cochin command uses the storage that it names."
}
