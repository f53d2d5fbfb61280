package flinktest

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
)

//go:embed testdata/Mini.java
var mini []byte

// StartMini starts a session cluster for a test as Start does, all of it in one JVM: JobManager, TaskManager and SQL
// Gateway are Flink's own, and cost a third of what three processes do. jars are on its class path.
func StartMini(t testing.TB, line release.Line, slots int, options conf.Options, jars ...string) *Session {
	t.Helper()
	s := configured(t, line, options)
	source := filepath.Join(s.Dir, "Mini.java")
	if err := os.WriteFile(source, mini, 0o600); err != nil {
		t.Fatal(err)
	}
	gateways, err := filepath.Glob(filepath.Join(s.Home.Dir, "opt", "flink-sql-gateway-*.jar"))
	if err != nil || len(gateways) == 0 {
		t.Fatalf("no SQL Gateway in %s: %v", s.Home.Dir, err)
	}
	path := strings.Join(slices.Concat([]string{filepath.Join(s.Home.Dir, "lib", "*")}, gateways, jars), string(os.PathListSeparator))
	out, err := os.Create(filepath.Join(s.Dir, "log", "mini.out.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	// Jobs of tests are short: optimized code would come too late.
	args := []string{"-Xmx1500m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Dlog4j.configurationFile=" + filepath.Join(s.Dir, "conf", "log4j.properties"), "-Dlog.file=" + filepath.Join(s.Dir, "log", "mini.log")}
	args = append(args, line.JavaOptions()...)
	cmd := exec.Command(filepath.Join(s.Java.Home, "bin", "java"), append(args, "-cp", path, source, strconv.Itoa(slots))...)
	cmd.Env = append(os.Environ(), "FLINK_CONF_DIR="+filepath.Join(s.Dir, "conf"))
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "pid", "flink-mini.pid"), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Stop(t)
		_ = cmd.Wait() // it was killed
	})
	s.ready(t)
	return s
}
