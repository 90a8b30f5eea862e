# Part of the launcher: `./cochin func` runs the jobs under the Azure Functions host, as in Azure. It writes and starts nothing before
# all prerequisites are met.

core_tools_node=22 # The minimum version of Node.js for the Core Tools in package.json.

run_functions_host() {
  prepare_work
  require_dotnet
  copy_sources
  problems=0
  install_node_packages
  if [ "$problems" -gt 0 ]; then
    say "To run the jobs on schedule without the Functions host, type: ./cochin serve"
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

# Installs Azurite and, if possible, the Core Tools. `func` on the PATH is preferred to that in node_modules.
install_node_packages() {
  if ! command -v node >/dev/null 2>&1; then
    missing "Node.js was not found; the storage emulator and the Azure Functions Core Tools require it." \
      "Install it from https://nodejs.org, version $core_tools_node or later, then try again."
    return
  fi
  if ! find_core_tools || [ ! -f "$root/node_modules/azurite/package.json" ]; then
    say "Installing the storage emulator and the Azure Functions Core Tools (npm install) …"
    run_logged "$work/npm.log" "npm install" run_npm install --no-save --no-audit --no-fund || true
  fi
  if [ ! -f "$root/node_modules/azurite/package.json" ]; then
    missing "npm could not install the storage emulator; see .cochin/npm.log." "Try it manually: npm install"
  fi
  if ! find_core_tools; then
    missing "The Azure Functions Core Tools are not available: \`func\` is not on the PATH, and $(why_no_core_tools)." \
      "Install them: npm install --global azure-functions-core-tools@4" \
      "or as described at https://learn.microsoft.com/azure/azure-functions/functions-run-local, then try again."
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
    echo "the npm package requires Node.js $core_tools_node or later (found $node)"
  else
    echo "npm could not install them (the installation downloads a program; see .cochin/npm.log)"
  fi
}

prepare_local_settings() {
  [ ! -e "$root/local.settings.json" ] || return 0
  cp "$root/local.settings.sample.json" "$root/local.settings.json"
  say "Created local.settings.json from the sample; all ./cochin commands now use the storage configured there."
}
