//go:build flink

package agent_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/sdk/java/agent"
)

// chat logs to com.acme at DEBUG and at ERROR, of which Log4j's own configuration lets the second through.
const chat = `class Chat { public static void main(String[] a) throws Exception {
  org.apache.logging.log4j.Logger log = org.apache.logging.log4j.LogManager.getLogger("com.acme.Chat");
  for (;;) { log.debug("more"); log.error("always"); Thread.sleep(50); } } }`

// TestFollow has a JVM that nobody can attach to do what a file says: from its start on, when the file changes, and no longer
// than until.
func TestFollow(t *testing.T) {
	t.Parallel()
	levels := filepath.Join(t.TempDir(), "levels")
	write(t, levels, debug(time.Hour))
	c := chats(t, agent.Follow(levels))
	c.hears(true, "at start")
	write(t, levels, "")
	c.hears(false, "the file is empty")
	write(t, levels, debug(10*time.Second))
	c.hears(true, "the file has changed")
	c.hears(false, "the time is over")
	if err := os.Remove(levels); err != nil {
		t.Fatal(err)
	}
	c.hears(false, "the file is gone")
	write(t, levels, debug(time.Hour))
	c.hears(true, "the file is there again")
}

// TestListen has a JVM that nobody can attach to do what files in a folder ask for, and say there what is changed then.
func TestListen(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	levels := filepath.Join(folder, "levels")
	write(t, levels, "")
	c := chats(t, agent.Follow(levels), agent.Listen(folder))
	asks := 0
	ask := func(options string) agent.State {
		t.Helper()
		asks++
		name := filepath.Join(folder, fmt.Sprint(asks))
		write(t, name, options)
		if err := os.Rename(name, name+".ask"); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if told, err := os.ReadFile(name + ".told"); err == nil {
				return agent.Parse(string(told))
			}
		}
		t.Fatalf("%s: no answer", options)
		return agent.State{}
	}
	c.hears(false, "at start")
	if said := ask(""); !said.Loaded || len(said.Changes) > 0 || said.Problem != "" {
		t.Errorf("nothing is asked for, and it says %+v", said)
	}
	if said := ask(debug(time.Hour)); len(said.Changes) != 1 || said.Changes[0].Was != "ERROR" || said.Changes[0].Places == 0 || said.Problem != "" {
		t.Errorf("with a level it says %+v", said)
	}
	c.hears(true, "it is asked for")
	if said := ask("nonsense"); !strings.Contains(said.Problem, "nonsense") || len(said.Changes) != 1 {
		t.Errorf("what it does not know: %+v", said)
	}
	if said := ask(agent.Reset([]string{agent.All})); len(said.Changes) > 0 || said.Problem != "" {
		t.Errorf("after resetting it says %+v", said)
	}
	c.hears(false, "it is changed back")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func debug(during time.Duration) string {
	return agent.Set([]agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: time.Now().Add(during)}}) + "\n"
}

// chatting is a JVM that logs all the time.
type chatting struct {
	*testing.T
	lines chan string
}

// chats starts it with an agent for each of the options.
func chats(t *testing.T, options ...string) chatting {
	t.Helper()
	dir := t.TempDir()
	jar, source := filepath.Join(dir, "agent.jar"), filepath.Join(dir, "Chat.java")
	write(t, jar, string(agent.Jar()))
	write(t, source, chat)
	home := flinktest.Home(t, release.V2_2)
	log4j, err := filepath.Glob(filepath.Join(home.Dir, "lib", "log4j-*.jar"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"-XX:+DisableAttachMechanism"}
	for _, o := range options {
		args = append(args, "-javaagent:"+jar+"="+o)
	}
	args = append(args, "-cp", strings.Join(log4j, string(os.PathListSeparator)), source)
	cmd := exec.CommandContext(t.Context(), filepath.Join(flinktest.Java(t, home).Home, "bin", "java"), args...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	c := chatting{T: t, lines: make(chan string)}
	go func() {
		defer close(c.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			c.lines <- in.Text()
		}
	}()
	return c
}

// hears waits for a line at DEBUG, or for many lines without one.
func (c chatting) hears(more bool, when string) {
	c.Helper()
	quiet := 0
	for end := time.After(2 * time.Minute); ; {
		select {
		case line, ok := <-c.lines:
			switch isMore := strings.Contains(line, " DEBUG "); {
			case !ok:
				c.Fatalf("%s: the JVM has ended", when)
			case isMore && more:
				return
			case isMore:
				quiet = 0
			default:
				quiet++
			}
			if quiet == 40 && !more {
				return
			}
		case <-end:
			c.Fatalf("%s: waited in vain", when)
		}
	}
}
