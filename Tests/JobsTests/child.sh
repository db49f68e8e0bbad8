# A child that follows the contract of convserve's own and does what the file `plan` beside this one says; tests write that.
# It runs in its work folder, so that files without a path are checkpoints.
here=${0%/*}
command=$1
shift
case $command in audit | adapt)
  data=$1
  shift
  ;;
esac
while [ $# -gt 0 ]; do
  case $1 in
  --name) name=$2 ;;
  --data) data=$2 ;;
  esac
  shift
done

say() { printf '%s\n' "$1"; }
fail() {
  printf 'a word before\nError: %s\n' "$1" >&2
  exit 1
}
stage() { say "{\"type\":\"stage\",\"stage\":\"$1\",\"progress\":$2,\"seconds_left\":1.5}"; }
epoch() { say "{\"type\":\"epoch\",\"epoch\":$1,\"train_loss\":0.5}"; }
publish() { say "{\"type\":\"published\",\"model\":{\"name\":\"$name\",\"version\":\"$1\"}}"; }
finish() {
  printf '<html>' >report.html
  say "{\"type\":\"done\",\"model\":{\"name\":\"$name\",\"version\":\"$1\"},\"report\":{\"accuracy\":0.5}}"
  exit 0
}
# How often the job was begun, this time counted.
count_attempts() {
  attempt=$(($(cat attempts 2>/dev/null || echo 0) + 1))
  echo $attempt >attempts
}
on_term() { trap "$1" TERM; }
hang() { while :; do sleep 0.02; done; }
mark() { : >"$here/$1"; }
wait_for() { while [ ! -e "$here/$1" ]; do sleep 0.02; done; }

audit() {
  classes=
  for class in "$data"/*/; do
    class=${class%/}
    classes="$classes,{\"name\":\"${class##*/}\",\"images\":$(find "$class" -type f | wc -l)}"
  done
  say "{\"images\":$(find "$data" -type f | wc -l),\"classes\":[${classes#,}],\"audit\":{\"unreadable\":[]}}"
}

if [ "$command" = audit ]; then
  if [ -e "$here/audit" ]; then . "$here/audit"; else audit; fi
else
  . "$here/plan"
fi
