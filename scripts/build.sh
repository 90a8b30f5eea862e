# Part of the launcher: builds the program. Every wait has a limit and prints what it waits for.

build_limit=1800 # Seconds; for a build, for waiting for another build, and for installing packages.

# For a read-only checkout: uses a folder in the user's cache instead. It contains links to the settings and the npm packages, the embedded
# storage, a copy of the sources, and the program.
use_cache_folder() {
  data=$sources/.azurite/data
  [ ! -d "$sources/.azurite" ] || [ -x "$sources/.azurite" ] || data=$sources/.azurite # Not searchable, so it may have data.
  if ! is_storage_set && [ -e "$data" ]; then
    # shellcheck disable=SC2012
    owner=$(ls -ld "$data" | awk '{print $3}')
    die "$sources is read-only for you, so its storage in $data can't be used." \
      "Run the command as its owner, $owner, with write permission, or set CochinStorage to use other storage."
  fi
  base=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  cache=$base/cochin/$(printf '%s' "$sources" | cksum | cut -d' ' -f1)
  if [ -z "$base" ] || ! mkdir -p "$cache/source" 2>/dev/null || [ ! -w "$cache" ] || [ ! -w "$cache/source" ]; then
    if is_built; then return 0; fi
    die "$sources is read-only, and so is the cache folder ${base:-(neither HOME nor XDG_CACHE_HOME is set)}." \
      "Set a writable folder: XDG_CACHE_HOME=FOLDER ./cochin …"
  fi
  for file in local.settings.json package.json package-lock.json .npmrc; do
    link_to_checkout "$file"
  done
  [ ! -f "$sources/node_modules/azurite/package.json" ] || link_to_checkout node_modules
  COCHIN_ROOT=$cache
  is_storage_set || say "note: $sources is read-only; the storage is in $cache/.azurite."
  if ! is_built; then
    root=$cache/source work=$cache/.cochin
  fi
}

is_storage_set() {
  names='(CochinStorage|AzureWebJobsStorage)((__|:)[A-Za-z]+)?'
  env | grep -Eq "^$names=." || grep -Eqs "\"$names\" *: *\"[^\"]" "$sources/local.settings.json"
}

link_to_checkout() {
  if [ -e "$sources/$1" ]; then
    [ -r "$sources/$1" ] || die "$sources/$1 can't be read." "Ask its owner for read permission."
    [ "$(readlink "$cache/$1" 2>/dev/null)" = "$sources/$1" ] || { rm -rf "${cache:?}/$1" && ln -s "$sources/$1" "$cache/$1"; }
  elif [ -L "$cache/$1" ]; then
    rm -f "$cache/$1"
  fi
}

copy_sources() {
  [ "$root" != "$sources" ] || return 0
  say "$sources is read-only; building a copy of it in $root …"
  move_kept "$root.new" "${root:?}" # Still there if an earlier copy was interrupted.
  rm -rf "$root.new" && mkdir "$root.new" || exit 1
  (cd "$sources" && tar -cf - --exclude=./.git --exclude=./node_modules --exclude=./.azurite --exclude=./.cochin --exclude=bin --exclude=obj .) \
    | (cd "$root.new" && tar -xof -) || die "$sources can't be copied to $root." "Check that all files are readable and that the disk is not full."
  chmod -R u+w "$root.new"
  move_kept "$root" "$root.new"
  rm -rf "$root" && mv "$root.new" "$root"
}

# Moves what commands created, which is not part of the checkout.
move_kept() {
  for kept in .azurite node_modules local.settings.json; do
    if [ -e "$1/$kept" ] && [ ! -e "$2/$kept" ]; then
      { mkdir -p "$2" && mv "$1/$kept" "$2/$kept"; } || die "$1/$kept can't be moved to $2." "Check the permissions of both folders, then try again."
    fi
  done
}

# Checks for problems that .NET, npm and bash report badly or not at all.
prepare_work() {
  if [ "$root" = "$sources" ]; then
    require_writable "$root/.cochin" "$root/Cochin.Functions" "$root/Cochin.Functions/bin" "$root/Cochin.Functions/obj"
  fi
  mkdir -p "$work" 2>/dev/null || die "$work can't be created." "If a file with this name exists, remove it. Check that the disk is not full."
  { printf 'probe' > "$work/probe"; } 2>/dev/null || die "$work can't be written to." "Check that the disk is not full: df -h $work"
  rm -f "$work/probe"
  home=${DOTNET_CLI_HOME:-${HOME-}}
  if [ -z "$home" ] || [ ! -d "$home" ] || [ ! -w "$home" ]; then
    die "the home folder '$home' is not writable; .NET and npm store packages there." "Set a writable folder: HOME=FOLDER ./cochin …"
  fi
  temp=${TMPDIR:-/tmp}
  [ -d "$temp" ] && [ -w "$temp" ] || die "the folder for temporary files, $temp, is not writable." "Set a writable folder: TMPDIR=FOLDER ./cochin …"
}

require_writable() {
  for path; do
    if [ -e "$path" ] && { [ ! -d "$path" ] || [ ! -w "$path" ]; }; then
      # shellcheck disable=SC2012
      die "$path is not writable; its owner is $(ls -ld "$path" | awk '{print $3}')." "Change its owner: sudo chown -R \"\$(id -un)\" $path"
    fi
  done
}

# Only one command builds at a time. The kernel releases the lock when the last process of the build has ended. Without `flock`, the
# lock is a folder with an identifier of the process that created it.
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

# Some systems have no flock, and some file systems no locks. Exit code 1 means that another process has the lock.
has_flock() {
  command -v flock >/dev/null 2>&1 || return 1
  flock -n 9 2>/dev/null || [ $? -eq 1 ]
}

wait_for_lock() {
  sleep 0.2
  other=$(cut -d' ' -f1 "$work/builder" 2>/dev/null || true)
  if [ -z "$said" ] && [ $((SECONDS - waiting_since)) -ge 2 ]; then
    said=yes
    say "Waiting for another command that is building Cochin (process ${other:-unknown}) …"
  fi
  if [ $((SECONDS - waiting_since)) -gt "$build_limit" ]; then
    die "another command has been building Cochin for $((build_limit / 60)) minutes (process ${other:-unknown})." \
      "If it is not running, remove $work/building and $work/lock, then try again."
  fi
}

# The process id alone is not unique: it may be reused after a restart, and in a container it is always 1.
builder_mark() {
  started=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20) || started=
  [ -n "$started" ] || started=$(ps -o lstart= -p "$1" 2>/dev/null | tr ' ' '-') || started=
  boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr ' ' '-') || boot=
  echo "$1 ${started:-ended} ${boot:-?} $(uname -n)"
}

# A lock without an identifier is stale after some seconds: its process was killed early. A lock of another machine is never stale.
is_stale() {
  if ! read -r pid _ boot host 2>/dev/null < "$work/building/mark"; then
    unmarked=$((unmarked + 1))
    [ "$unmarked" -gt 25 ]
    return
  fi
  now=$(builder_mark "$pid")
  case $now in
    *" $boot $host") [ "$now" != "$(cat "$work/building/mark" 2>/dev/null)" ] ;;
    *" $host") true ;; # The machine was restarted.
    *) false ;;
  esac
}

# Runs a command and writes its output to a log; $2 is its name for messages. Signals also end the command, even if the launcher is
# process 1 of a container, where they are ignored by default.
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
      say "Still waiting for $what; see its log, $log."
    fi
    if [ $((SECONDS - begun)) -gt "$build_limit" ]; then
      kill "$child" 2>/dev/null || true
      die "$what did not finish within $((build_limit / 60)) minutes and was stopped." "Check the network and the package source; the log is $log."
    fi
  done
  wait "$child" || status=$?
  trap - TERM HUP INT
  return "$status"
}

# No build server may stay running: it would hold the lock.
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
    list_sources > "$new/sources.list" # Before the build, so that files changed during the build are built again.
    sum_sources > "$new/sources.sums"
    copy_sources
    say "Building Cochin …"
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

# The ReadyToRun compiler is a package that some package sources lack. Without it, the program starts half as fast.
publish_without_compiler() {
  grep -qi 'error.*crossgen' "$work/build.log" || return 1
  say "note: the package Microsoft.NETCore.App.Crossgen2 can't be restored, so commands will start more slowly."
  publish -p:PublishReadyToRun=false
}

# Keeps the folders of running commands, and the previous one, as a command may be starting from it.
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
