package flame_test

import (
	"encoding/json"
	"testing"

	"github.com/autostream/autostream/internal/diagnose/flame"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

const dump = `"Map (1/2)#0" Id=1 RUNNABLE
	at com.example.Price.eval(Price.java:7)
	at org.apache.flink.Loop.run(Loop.java:1)

"Map (2/2)#0" Id=2 TIMED_WAITING
	at java.lang.Thread.sleep(Native Method)
	at com.example.Price.eval(Price.java:9)
	at org.apache.flink.Loop.run(Loop.java:1)

"Sink; out (1/1)#0" Id=3 WAITING
	at org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.take(TaskMailboxImpl.java:1)

`

func TestProfiles(t *testing.T) {
	t.Parallel()
	d := threads.Parse(dump)
	samples := threads.Samples([]threads.Dump{d, d}, nil)
	for which, want := range map[flame.Which]string{
		flame.CPU:  "Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:7) 2\n",
		flame.Wait: "Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:9);java.lang.Thread.sleep(Native Method) 2\n",
		flame.Wall: "Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:7) 2\n" +
			"Map;org.apache.flink.Loop.run(Loop.java:1);com.example.Price.eval(Price.java:9);java.lang.Thread.sleep(Native Method) 2\n" +
			"Sink, out;org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.take(TaskMailboxImpl.java:1) 2\n",
	} {
		p := flame.Of(samples, which)
		if got := p.Collapsed(); got != want {
			t.Errorf("%s:\n%swant\n%s", which, got, want)
		}
		if p.Seen != 6 {
			t.Errorf("%s: %d samples seen", which, p.Seen)
		}
	}
	v := flame.Of(samples, flame.CPU).Verdict()
	if len(v) != 1 || v[0].Operator != "Map" || v[0].Share != 1 || v[0].What != "runs the job's own code" {
		t.Errorf("verdict: %+v", v)
	}
}

func TestSpeedscope(t *testing.T) {
	t.Parallel()
	p := flame.Of(threads.Samples([]threads.Dump{threads.Parse(dump)}, nil), flame.Wall)
	text, err := p.Speedscope("job")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Shared   struct{ Frames []struct{ Name string } }
		Profiles []struct {
			EndValue int
			Samples  [][]int
			Weights  []int
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Shared.Frames) != 7 || len(file.Profiles) != 1 || file.Profiles[0].EndValue != 3 || len(file.Profiles[0].Samples) != 3 {
		t.Errorf("%s", text)
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	p := flame.Of(nil, flame.CPU)
	if p.Collapsed() != "" || len(p.Verdict()) > 0 || len(p.Tops(3)) > 0 {
		t.Error("a profile of nothing has something")
	}
}
