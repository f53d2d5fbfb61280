// Package flinkclient submits jobs to YARN with Flink's own client, in a process of its own, for sites that need what
// package yarn does not have.
//
// The process gets nothing but what it needs: an environment of its own, a folder of its own for its configuration and its
// logs, a copy of the user's Kerberos tickets. It is ended with all it started when its time is over, and its folder is
// removed.
package flinkclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/internal/target/yarn"
)

// Client is Flink's client of one distribution.
type Client struct {
	Home            dist.Home
	JavaHome        string
	Path            string        // where the shell finds its tools (PATH)
	HadoopConf      string        // folder with core-site.xml, hdfs-site.xml and yarn-site.xml
	HadoopClasspath string        // of Hadoop's client
	User            string        // with simple authentication
	Realm           string        // configuration of Kerberos (KRB5_CONFIG); "" is /etc/krb5.conf
	Tickets         string        // file with Kerberos tickets (KRB5CCNAME); "" for none
	Limit           time.Duration // of one submission
}

// Submit implements yarn.Client.
func (c *Client) Submit(ctx context.Context, p yarn.Program) error {
	dir, err := os.MkdirTemp("", "autostream-client-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	args, err := c.prepare(dir, p)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	runtime.LockOSThread() // the process ends with this thread
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, filepath.Join(c.Home.Dir, "bin", "flink"), args...)
	proc.Together(cmd)
	cmd.Dir, cmd.Env = dir, c.environment(dir)
	cmd.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Run()
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		return fault.Errorf(fault.Failed, "Flink's client was not done after %s", c.Limit)
	}
	return fault.Errorf(fault.Failed, "Flink's client: %s", reason(said.String(), err))
}

// prepare writes what the process reads, and returns its arguments.
func (c *Client) prepare(dir string, p yarn.Program) (args []string, err error) {
	line := c.Home.Release.Line
	options, err := p.Options.WithJavaOptions(line).For(line)
	if err != nil {
		return nil, err
	}
	var ship []string
	for name, text := range p.Files {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
		ship = append(ship, file)
	}
	main := p.Main
	if p.MainJar != nil {
		main = filepath.Join(dir, p.MainName)
		if err := os.WriteFile(main, p.MainJar, 0o600); err != nil {
			return nil, err
		}
	}
	if len(p.Jars) > 0 { // the client takes one jar, and no folder usrlib
		whole, err := jobmanager.WithLibraries(main, p.Jars)
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.Remove(whole) }()
		main = filepath.Join(dir, "with-libraries-"+filepath.Base(main))
		if err := os.Rename(whole, main); err != nil {
			return nil, err
		}
	}
	if len(ship) > 0 {
		options["yarn.ship-files"] = strings.Join(ship, ";")
	}
	text, err := options.Render(line)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, c.Home.Release.ConfigFile), text, 0o600); err != nil {
		return nil, err
	}
	for _, name := range []string{"log4j.properties", "log4j-cli.properties"} {
		text, err := os.ReadFile(filepath.Join(c.Home.Dir, "conf", name))
		if err != nil {
			return nil, fmt.Errorf("reading the Flink in %s: %w", c.Home.Dir, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return nil, err
		}
	}
	if c.Tickets != "" {
		text, err := os.ReadFile(c.Tickets)
		if err != nil {
			return nil, fmt.Errorf("reading Kerberos tickets: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, "tickets"), text, 0o600); err != nil {
			return nil, err
		}
	}
	args = append(verb(c.Home, p.Mode), "-d")
	if p.Class != "" {
		args = append(args, "-c", p.Class)
	}
	return append(append(args, main), p.Args...), nil
}

// verb is how the release calls a submission: run-application went with 2.0, and per-job mode with it.
func verb(home dist.Home, mode string) []string {
	if mode == yarn.Application && strings.HasPrefix(home.Release.Version, "1.") {
		return []string{"run-application", "-t", mode}
	}
	return []string{"run", "-t", mode}
}

func (c *Client) environment(dir string) []string {
	env := []string{
		"PATH=" + c.Path, "HOME=" + dir, "LANG=C.UTF-8", "JAVA_HOME=" + c.JavaHome,
		"FLINK_CONF_DIR=" + dir, "FLINK_LOG_DIR=" + dir, "HADOOP_CONF_DIR=" + c.HadoopConf, "YARN_CONF_DIR=" + c.HadoopConf,
		"HADOOP_CLASSPATH=" + c.HadoopClasspath, "HADOOP_USER_NAME=" + c.User,
	}
	if c.Realm != "" {
		env = append(env, "JVM_ARGS=-Djava.security.krb5.conf="+c.Realm) // Java does not know KRB5_CONFIG
	}
	if c.Tickets != "" {
		env = append(env, "KRB5CCNAME=FILE:"+filepath.Join(dir, "tickets"))
	}
	return env
}

// reason is what the client said about its end: the root of the last exception, or its last line.
func reason(said string, err error) string {
	if i := strings.LastIndex(said, "The program finished with the following exception:"); i >= 0 {
		_, trace, _ := strings.Cut(said[i:], "\n")
		if root := throwable.Parse(strings.TrimSpace(trace)).Root(); root != "" {
			return root
		}
	}
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return last
	}
	return err.Error()
}
