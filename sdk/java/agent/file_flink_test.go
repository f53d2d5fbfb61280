//go:build flink

package agent_test

import (
	"bufio"
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
	dir := t.TempDir()
	jar, levels, source := filepath.Join(dir, "agent.jar"), filepath.Join(dir, "levels"), filepath.Join(dir, "Chat.java")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	debug := func(during time.Duration) string {
		return agent.Set([]agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: time.Now().Add(during)}}) + "\n"
	}
	write(jar, string(agent.Jar()))
	write(levels, debug(time.Hour))
	write(source, chat)
	home := flinktest.Home(t, release.V2_2)
	log4j, err := filepath.Glob(filepath.Join(home.Dir, "lib", "log4j-*.jar"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(flinktest.Java(t, home).Home, "bin", "java"),
		"-XX:+DisableAttachMechanism", "-javaagent:"+jar+"="+agent.Follow(levels), "-cp", strings.Join(log4j, string(os.PathListSeparator)), source)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			lines <- in.Text()
		}
	}()
	// hears waits for a line at DEBUG, or for many lines without one.
	hears := func(more bool, when string) {
		t.Helper()
		quiet := 0
		for end := time.After(2 * time.Minute); ; {
			select {
			case line, ok := <-lines:
				switch isMore := strings.Contains(line, " DEBUG "); {
				case !ok:
					t.Fatalf("%s: the JVM has ended", when)
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
				t.Fatalf("%s: waited in vain", when)
			}
		}
	}
	hears(true, "at start")
	write(levels, "")
	hears(false, "the file is empty")
	write(levels, debug(10*time.Second))
	hears(true, "the file has changed")
	hears(false, "the time is over")
	if err := os.Remove(levels); err != nil {
		t.Fatal(err)
	}
	hears(false, "the file is gone")
	write(levels, debug(time.Hour))
	hears(true, "the file is there again")
}
