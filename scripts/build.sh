# A part of the launcher: what it needs to write and to build. Every wait in it has a limit and says what it waits for.

build_limit=1800 # Seconds, for a build, for waiting for another command's build, and for an installation of packages.

# For a checkout that can't be written to: what it would hold goes to a folder of the user's cache. It has the settings and the npm
# packages as links, the embedded storage, a copy of the sources, and the program.
use_cache_folder() {
  base=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  cache=$base/cochin/$(printf '%s' "$sources" | cksum | cut -d' ' -f1)
  if [ -z "$base" ] || ! mkdir -p "$cache/source" 2>/dev/null || [ ! -w "$cache" ] || [ ! -w "$cache/source" ]; then
    if is_built; then return 0; fi
    die "$sources can't be written to, nor can the cache folder ${base:-(neither HOME nor XDG_CACHE_HOME is set)}." \
      "Name one that can: XDG_CACHE_HOME=FOLDER ./cochin …"
  fi
  for file in local.settings.json package.json package-lock.json .npmrc; do
    link_to_checkout "$file"
  done
  [ ! -f "$sources/node_modules/azurite/package.json" ] || link_to_checkout node_modules
  COCHIN_ROOT=$cache
  if ! is_built; then
    root=$cache/source work=$cache/.cochin
  fi
}

link_to_checkout() {
  if [ -e "$sources/$1" ]; then
    [ -r "$sources/$1" ] || die "$sources/$1 can't be read." "Ask its owner for the right to read it."
    [ "$(readlink "$cache/$1" 2>/dev/null)" = "$sources/$1" ] || { rm -rf "${cache:?}/$1" && ln -s "$sources/$1" "$cache/$1"; }
  elif [ -L "$cache/$1" ]; then
    rm -f "$cache/$1"
  fi
}

copy_sources() {
  [ "$root" != "$sources" ] || return 0
  say "$sources can't be written to; building a copy of it in $root …"
  rm -rf "${root:?}.new" && mkdir "$root.new" || exit 1
  (cd "$sources" && tar -cf - --exclude=./.git --exclude=./node_modules --exclude=./.azurite --exclude=./.cochin --exclude=bin --exclude=obj .) \
    | (cd "$root.new" && tar -xof -) || die "$sources can't be copied to $root." "Check that all of it can be read and that the disk has room."
  chmod -R u+w "$root.new"
  for kept in .azurite node_modules local.settings.json; do # What commands made there is not in the checkout.
    if [ -e "$root/$kept" ] && [ ! -e "$root.new/$kept" ]; then mv "$root/$kept" "$root.new/$kept"; fi
  done
  rm -rf "$root" && mv "$root.new" "$root"
}

# The checks that .NET, npm and bash report badly or not at all.
prepare_work() {
  if [ "$root" = "$sources" ]; then
    require_writable "$root/.cochin" "$root/Cochin.Functions" "$root/Cochin.Functions/bin" "$root/Cochin.Functions/obj"
  fi
  mkdir -p "$work" 2>/dev/null || die "$work can't be made." "If there is a file of this name, remove it; check that the disk has room."
  { printf 'probe' > "$work/probe"; } 2>/dev/null || die "$work can't be written to." "Check that the disk has room: df -h $work"
  rm -f "$work/probe"
  home=${DOTNET_CLI_HOME:-${HOME-}}
  if [ -z "$home" ] || [ ! -d "$home" ] || [ ! -w "$home" ]; then
    die "the home folder '$home' can't be written to; .NET and npm keep packages there." "Name one that can: HOME=FOLDER ./cochin …"
  fi
  temp=${TMPDIR:-/tmp}
  [ -d "$temp" ] && [ -w "$temp" ] || die "the folder for temporary files, $temp, can't be written to." "Name one that can: TMPDIR=FOLDER ./cochin …"
}

require_writable() {
  for path; do
    if [ -e "$path" ] && { [ ! -d "$path" ] || [ ! -w "$path" ]; }; then
      # shellcheck disable=SC2012
      die "$path can't be written to; it belongs to $(ls -ld "$path" | awk '{print $3}')." "Make it yours: sudo chown -R \"\$(id -un)\" $path"
    fi
  done
}

# One command builds at a time. The lock is one that the kernel frees when the last process of the build has ended; without
# `flock` it is a folder with the mark of the process that made it.
lock_build() {
  waiting_since=$SECONDS said= unmarked=0 lock=
  { exec 9>> "$work/lock"; } 2>/dev/null || die "$work/lock can't be written to." "Remove it, then try again."
  if has_flock; then
    lock=flock
    until flock -n 9; do wait_for_lock; done
  else
    lock=folder
    until mkdir "$work/building" 2>/dev/null; do
      if is_stale; then rm -rf "$work/building"; else wait_for_lock; fi
    done
  fi
  builder_mark $$ > "$work/builder"
  [ "$lock" = flock ] || cp "$work/builder" "$work/building/mark"
  trap 'unlock_build' EXIT
}

unlock_build() {
  rm -rf "$work/building"
  exec 9>&-
  trap - EXIT
}

# Not on every system, and not on every file system: 1 means that another process has the lock.
has_flock() {
  command -v flock >/dev/null 2>&1 || return 1
  flock -n 9 2>/dev/null || [ $? -eq 1 ]
}

wait_for_lock() {
  sleep 0.2
  other=$(cut -d' ' -f1 "$work/builder" 2>/dev/null || true)
  if [ -z "$said" ] && [ $((SECONDS - waiting_since)) -ge 2 ]; then
    said=yes
    say "Waiting for another command that builds Cochin (process ${other:-unknown}) …"
  fi
  if [ $((SECONDS - waiting_since)) -gt "$build_limit" ]; then
    die "another command has been building Cochin for $((build_limit / 60)) minutes (process ${other:-unknown})." \
      "If none is, remove $work/building and $work/lock, then try again."
  fi
}

# A number alone is not a process: another one may have it after a restart, and process 1 of a container always does.
builder_mark() {
  started=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20) || started=
  [ -n "$started" ] || started=$(ps -o lstart= -p "$1" 2>/dev/null | tr ' ' '-') || started=
  boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr ' ' '-') || boot=
  echo "$1 ${started:-ended} ${boot:-?} $(uname -n)"
}

# Without a mark it is stale after some seconds: its maker was killed before writing one. Another machine's can't be judged.
is_stale() {
  if ! read -r pid _ boot host 2>/dev/null < "$work/building/mark"; then
    unmarked=$((unmarked + 1))
    [ "$unmarked" -gt 25 ]
    return
  fi
  now=$(builder_mark "$pid")
  case $now in
    *" $boot $host") [ "$now" != "$(cat "$work/building/mark" 2>/dev/null)" ] ;;
    *" $host") true ;; # The machine was restarted since.
    *) false ;;
  esac
}

# Runs a command with its output in a log; $2 is what it is, for messages. A signal ends it too, also as process 1 of a container, where none would by default.
run_logged() {
  log=$1 what=$2
  shift 2
  "$@" > "$log" 2>&1 &
  child=$! begun=$SECONDS said= status=0
  trap 'kill "$child" 2>/dev/null; exit 143' TERM HUP
  trap 'kill "$child" 2>/dev/null; exit 130' INT
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.2
    if [ -z "$said" ] && [ $((SECONDS - begun)) -ge 120 ]; then
      said=yes
      say "Still waiting for $what; its log is $log."
    fi
    if [ $((SECONDS - begun)) -gt "$build_limit" ]; then
      kill "$child" 2>/dev/null || true
      die "$what did not end within $((build_limit / 60)) minutes and was stopped." "Check the network and the package source; the log is $log."
    fi
  done
  wait "$child" || status=$?
  trap - TERM HUP INT
  return "$status"
}

# No process of the build stays behind it: it would hold the lock.
run_dotnet() {
  cd "$root"
  MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false exec dotnet "$@"
}

build_failed() {
  grep -E ': error ' "$2" | sort -u >&2 || cat "$2" >&2
  free=$(df -Pk "$work" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ "${free:-9999}" -gt 1024 ] || say "The disk with $work is full."
  die "the build of $1 failed; the log is $2."
}

build() {
  prepare_work
  require_dotnet
  lock_build
  if ! is_built; then
    previous=$name
    new=$work/app-$(date +%Y%m%d%H%M%S)-$$
    mkdir "$new"
    list_sources > "$new/sources.list" # Before it is built: what changes meanwhile is built again.
    sum_sources > "$new/sources.sums"
    copy_sources
    say "Building Cochin, once …"
    publish || publish_without_compiler || build_failed Cochin "$work/build.log"
    printf '%s\n' "${new##*/}" > "$work/current.new"
    mv "$work/current.new" "$work/current"
    remove_old_builds
    program=$new/Cochin.Functions.dll
  fi
  unlock_build
}

publish() {
  run_logged "$work/build.log" "the build" run_dotnet publish Cochin.Functions -c Release --use-current-runtime -p:RunAnalyzers=false \
    -o "$new" -nologo -v quiet "$@"
}

# The compiler for ReadyToRun is a package that not every source serves. Without it the program is the same, but starts in twice the time.
publish_without_compiler() {
  grep -qi 'error.*crossgen' "$work/build.log" || return 1
  say "note: the package Microsoft.NETCore.App.Crossgen2 can't be restored, so commands start more slowly."
  publish -p:PublishReadyToRun=false
}

# A command that still runs needs its folder; the previous one may belong to a command that is just starting.
remove_old_builds() {
  for folder in "$work"/app-*; do
    case $folder in "$new" | "$work/$previous") continue ;; esac
    is_in_use "$folder" || rm -rf "$folder"
  done
}

is_in_use() {
  if [ -d /proc/self ]; then running=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n'); else running=$(ps -Ao args 2>/dev/null); fi
  case $running in *"$1/"*) ;; *) return 1 ;; esac
}

build_benchmarks() {
  prepare_work
  require_dotnet
  lock_build
  copy_sources
  run_logged "$work/bench.log" "the build" run_dotnet build bench -c Release -nologo -v quiet || build_failed "the benchmarks" "$work/bench.log"
  unlock_build
}
