package kubernetes

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/target"
)

// Who may run commands in pods does not wait for the kubelet to look at a ConfigMap: agents listen in a folder that their
// container has for itself, and are told there by one short command, which answers with what is changed then. Attaching to
// the JVM, for which this program has to be sent into the pod, is for pods that were started without.
var _ target.Listening = (*Target)(nil)

// controlFolder is where an agent listens.
const controlFolder = "/opt/autostream/control"

// telling leaves options for the agent, and waits until it has answered. One that has taken nothing for three seconds does not
// listen; then it is not to do so later either.
const telling = `cd ` + controlFolder + ` && trap 'rm -f "$0".*' EXIT && printf %s "$1" >"$0.part" && mv "$0.part" "$0.ask" || exit
n=0
until [ -f "$0.told" ]; do
  n=$((n+1))
  if [ $n = 60 ] && rm "$0.ask" 2>/dev/null; then echo "no agent listens" >&2; exit 1; fi
  if [ $n = 160 ]; then echo "the agent does not answer" >&2; exit 1; fi
  sleep 0.05
done
cat "$0.told"`

// toldAtMost bounds the time that telling takes.
const toldAtMost = 15 * time.Second

// Tell implements target.Listening. The command goes on when its caller has gone, so that it is awaited: what is told next
// must come after it.
func (t *Target) Tell(ctx context.Context, v target.JVM, options string) (string, error) {
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), toldAtMost)
	defer cancel()
	stream, err := t.api.Exec(ctx, t.Namespace, v.Host, mainContainer, "sh", "-c", telling, strings.ToLower(rand.Text()), options)
	if err != nil {
		return "", err
	}
	defer stream.Close()
	defer context.AfterFunc(ctx, func() { _ = stream.Close() })()
	answer, err := io.ReadAll(stream)
	return string(answer), errors.Join(ctx.Err(), err)
}
