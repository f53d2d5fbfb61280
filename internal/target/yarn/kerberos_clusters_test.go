//go:build clusters

package yarn_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/dfstest"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/kerberos"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
	"github.com/autostream/autostream/internal/target/yarn/flinkclient"
	rig "github.com/autostream/autostream/rigs/yarn"
	"github.com/autostream/autostream/sdk/java/agent"
)

// TestKerberos does on a cluster in secure mode, with a real KDC, what the others do on one that believes everybody.
func TestKerberos(t *testing.T) {
	r := rig.Start(t, "RIG_NAME=k", "RIG_PORT_OFFSET=400", "RIG_KERBEROS=1", "RIG_TOKEN_LIFE_S="+strconv.Itoa(int(tokenLife.Seconds())))
	tickets := kerberos.Login{Config: r.Realm, Tickets: r.Tickets}
	keys := kerberos.Login{Config: r.Realm, Principal: "root@RIG.TEST", Keytab: r.Keytab}

	t.Run("files", func(t *testing.T) {
		f := secureFiles(t, r, tickets)
		const dir = "/tmp/dfstest"
		dfstest.Run(t, dfstest.Config{FS: f, Dir: dir})
		if err := f.Delete(t.Context(), dir); err != nil {
			t.Error(err)
		}
	})
	t.Run("without tickets", func(t *testing.T) {
		f := secureFiles(t, r, kerberos.Login{Config: r.Realm, Tickets: filepath.Join(t.TempDir(), "none")})
		if _, err := f.Stat(t.Context(), "/"); fault.KindOf(err) != fault.Denied || fault.FixOf(err) == "" {
			t.Errorf("Stat: %v", err)
		}
	})
	t.Run("with tickets that have expired", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "tickets")
		kinit := exec.CommandContext(t.Context(), "kinit", "-l", "1s", "-kt", r.Keytab, "-c", "FILE:"+file, "root")
		kinit.Env = append(os.Environ(), "KRB5_CONFIG="+r.Realm)
		if out, err := kinit.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		f := secureFiles(t, r, kerberos.Login{Config: r.Realm, Tickets: file})
		until(t, "a refusal", func() bool {
			_, err := f.Stat(t.Context(), "/")
			if err != nil && fault.KindOf(err) != fault.Denied {
				t.Fatal(err)
			}
			if err != nil {
				t.Log(err)
				return true
			}
			f = secureFiles(t, r, kerberos.Login{Config: r.Realm, Tickets: file}) // without the cookie
			return false
		})
	})
	t.Run("a job with tickets", func(t *testing.T) {
		m := secure(t, r, tickets)
		m.runs(t, m.job(t))
	})
	t.Run("a job that outlives its token", func(t *testing.T) {
		m := secure(t, r, keys)
		s := m.job(t)
		s.Options["security.kerberos.krb5-conf.path"] = r.Realm // the nodes of the rig have none in /etc
		m.up(t, s)
		time.Sleep(tokenLife + 20*time.Second)
		m.checkpoints(t, s.ID)
		m.logsMore(t, s.ID)
		m.stops(t, s)
	})
	t.Run("a job by Flink's own client", func(t *testing.T) {
		m := secure(t, r, tickets)
		home := flinktest.Home(t, release.V2_2)
		m.o.Client = &flinkclient.Client{
			Home: home, JavaHome: flinktest.Java(t, home).Home, HadoopConf: r.HadoopConf, HadoopClasspath: r.HadoopClasspath,
			Path: os.Getenv("PATH"), User: "nobody", Realm: r.Realm, Tickets: r.Tickets, Limit: 4 * time.Minute,
		}
		m.target = yarn.New(m.o)
		s := m.job(t)
		if _, err := m.target.Submit(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if apps := m.apps(t, s.ID); len(apps) != 1 {
			t.Errorf("applications %v, want one", apps)
		}
	})
}

// logsMore changes a level for a time: the agents in the processes sign in as those do.
func (m *misfortunes) logsMore(t *testing.T, id target.JobID) {
	t.Helper()
	began := time.Now()
	_, err := m.target.KeepLevels(t.Context(), id, func([]agent.Level) []agent.Level {
		return []agent.Level{{Logger: "org.apache.flink", Level: "DEBUG", Until: time.Now().Add(time.Hour)}}
	})
	if err != nil {
		t.Errorf("KeepLevels: %v", err)
		return
	}
	application := m.apps(t, id)[0]
	until(t, "the level in the JobManager and the TaskManager", func() bool {
		processes := javas(t, application)
		return len(processes) == 2 && !slices.ContainsFunc(processes, func(dir string) bool { return !changed(t, dir) })
	})
	t.Logf("in force after %s", time.Since(began))
}

// changed says whether the agent in a process, a folder of /proc, holds one changed level.
func changed(t *testing.T, dir string) bool {
	t.Helper()
	pid, err := strconv.Atoi(filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := attach.Run(t.Context(), pid, "properties")
	if err != nil {
		return false
	}
	defer answer.Close()
	text, err := io.ReadAll(answer)
	return err == nil && len(agent.Parse(string(text)).Changes) == 1
}

// tokenLife is how long delegation tokens live on the secure rig.
const tokenLife = 3 * time.Minute

// secure is the rig as somebody sees it who signs in.
func secure(t *testing.T, r *rig.Rig, login kerberos.Login) *misfortunes {
	t.Helper()
	client := secureClient(t, login)
	o := options(t, r, release.V2_2)
	o.User, o.HTTP, o.Principal, o.Keytab = "nobody", client, login.Principal, login.Keytab // nobody believes it
	o.Open = func(name, user string) (dfs.FS, error) {
		return webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS}, Name: name, User: user, HTTP: client}), nil
	}
	return &misfortunes{rig: r, o: o, target: yarn.New(o), fs: secureFiles(t, r, login), client: client}
}

func secureClient(t *testing.T, login kerberos.Login) *http.Client {
	t.Helper()
	way := kerberos.NewTransport(login, &http.Transport{IdleConnTimeout: 200 * time.Millisecond, ResponseHeaderTimeout: time.Minute})
	t.Cleanup(way.Close)
	return &http.Client{Transport: way}
}

func secureFiles(t *testing.T, r *rig.Rig, login kerberos.Login) *webhdfs.FS {
	t.Helper()
	return webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS}, Name: r.DefaultFS, HTTP: secureClient(t, login)})
}
