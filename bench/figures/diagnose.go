package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/diagnose/collect/jobmanagertest"
)

// ofDiagnosis measures how long it takes to look into large jobs, dumps, logs and profiles.
func ofDiagnosis(ctx context.Context, program string, runs int) ([]figure, error) {
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // systems clear their temporary folders
	var out []figure
	report, err := wholeReport(ctx, program)
	if err != nil {
		return nil, err
	}
	out = append(out, report)
	for _, one := range []struct {
		name    string
		limit   float64
		write   func(io.Writer)
		command []string
	}{
		{"analysis of 5,000 threads", 0.5, writeThreads, []string{"diagnose", "threads"}},
		{"failures in a log of 100 MB", 2, writeLog, []string{"diagnose", "errors"}},
		{"page of 1,000,000 samples", 2, writeProfile, []string{"diagnose", "flame", "--format", "html", "-o", filepath.Join(dir, "page.html")}},
	} {
		file := filepath.Join(dir, "input")
		if err := write(file, one.write); err != nil {
			return nil, err
		}
		f, err := processorTime(ctx, one.name, one.limit, program, append(one.command, "--file", file))
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if java, err := exec.LookPath("jcmd"); err == nil {
		f, err := attaching(ctx, java, dir, runs)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// wholeReport looks into a job of 200 vertices on 50 TaskManagers, each answer of whose JobManager takes some time.
func wholeReport(ctx context.Context, program string) (figure, error) {
	manager := &jobmanagertest.JobManager{Vertices: 200, TaskManagers: 50, Threads: 400, Delay: 5 * time.Millisecond}
	server := httptest.NewServer(manager)
	defer server.Close()
	began := time.Now()
	cmd := exec.CommandContext(ctx, program, "diagnose", "--rest", server.URL, "--format", "json")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 3 { // 3: something serious was found
		return figure{}, fmt.Errorf("running %s: %w", cmd, err)
	}
	took := time.Since(began)
	return figure{
		"report on 200 vertices, 50 TaskManagers", took.Seconds(), 15, "s",
		fmt.Sprintf("%d calls that take 5 ms each, %s of processor", manager.Calls.Load(), processor(cmd).Round(time.Millisecond)),
	}, nil
}

// processorTime runs a command three times and takes the fastest; other processes do not count into it.
func processorTime(ctx context.Context, name string, limit float64, program string, args []string) (figure, error) {
	var best time.Duration
	for run := range 3 {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Stderr = io.Discard
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 3 {
			return figure{}, fmt.Errorf("running %s: %w", cmd, err)
		}
		if took := processor(cmd); run == 0 || took < best {
			best = took
		}
	}
	return figure{name, best.Seconds(), limit, "s", "seconds of processor, of the whole process, best of 3"}, nil
}

func processor(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// attaching compares a thread dump by our way of attaching with one by jcmd of the same JVM, in turns.
func attaching(ctx context.Context, jcmd, dir string, runs int) (figure, error) {
	source := filepath.Join(dir, "Wait.java")
	const text = `class Wait { public static void main(String[] a) throws Exception { System.out.println("up"); System.in.read(); } }`
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		return figure{}, err
	}
	jvm := exec.CommandContext(ctx, filepath.Join(filepath.Dir(jcmd), "java"), source)
	in, err := jvm.StdinPipe()
	if err != nil {
		return figure{}, err
	}
	out, err := jvm.StdoutPipe()
	if err != nil {
		return figure{}, err
	}
	if err := jvm.Start(); err != nil {
		return figure{}, err
	}
	defer func() { _ = in.Close(); _ = jvm.Wait() }()
	if _, err := out.Read(make([]byte, 2)); err != nil {
		return figure{}, err
	}
	ours := func() error {
		answer, err := attach.Run(ctx, jvm.Process.Pid, "threaddump", "-l")
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer)
		return errors.Join(err, answer.Close())
	}
	theirs := func() error {
		return exec.CommandContext(ctx, jcmd, fmt.Sprint(jvm.Process.Pid), "Thread.print", "-l").Run()
	}
	var fast, slow []time.Duration
	for range runs {
		for _, turn := range []struct {
			times *[]time.Duration
			take  func() error
		}{{&slow, theirs}, {&fast, ours}} {
			began := time.Now()
			if err := turn.take(); err != nil {
				return figure{}, err
			}
			*turn.times = append(*turn.times, time.Since(began))
		}
	}
	f, s := median(fast), median(slow)
	return figure{
		"a thread dump by attaching, against jcmd", float64(f) / float64(s), 0.2, "x",
		fmt.Sprintf("%s against %s, medians of %d runs in turns", f.Round(10*time.Microsecond), s.Round(10*time.Microsecond), runs),
	}, nil
}

func write(file string, text func(io.Writer)) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	text(w)
	return errors.Join(w.Flush(), f.Close())
}

// writeThreads writes a dump as jstack does, with stacks as deep as those of SQL jobs.
func writeThreads(w io.Writer) {
	fmt.Fprint(w, "2026-11-22 12:00:00\nFull thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):\n\n")
	for n := range 5_000 {
		fmt.Fprintf(w, "\"Map[%d] -> Calc[%d] (%d/50)#0\" #%d prio=5 os_prio=0 cpu=1.00ms elapsed=1.00s tid=0x%016x nid=0x%x waiting on condition\n"+
			"   java.lang.Thread.State: TIMED_WAITING (sleeping)\n\tat java.lang.Thread.sleep(java.base@17.0.15/Native Method)\n", n/50, n/50, n%50+1, n, n, n)
		for depth := range 30 {
			fmt.Fprintf(w, "\tat org.apache.flink.streaming.runtime.tasks.Step%d.processElement(Step%d.java:%d)\n", depth, depth, depth)
		}
		fmt.Fprintf(w, "\t- locked <0x%016x> (a java.lang.Object)\n\n", n)
	}
}

// writeLog writes a log of which every thousandth entry is a failure.
func writeLog(w io.Writer) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for written, n := 0, 0; written < 100<<20; n++ {
		line := fmt.Sprintf("%s INFO  org.apache.flink.runtime.checkpoint.CheckpointCoordinator [] - Completed checkpoint %d for job 6f1c (%d bytes, checkpointDuration=12 ms).\n",
			at.Add(time.Duration(n)*time.Millisecond).Format("2006-01-02 15:04:05,000"), n, 7*n)
		if n%1000 == 0 {
			line += fmt.Sprintf("%s WARN  org.apache.flink.runtime.taskmanager.Task [] - Map (1/2)#%d switched from RUNNING to FAILED with failure cause:\n"+
				"java.lang.RuntimeException: record %d\n\tat com.example.Price.eval(Price.java:7)\n\tat org.apache.flink.Loop.run(Loop.java:1)\n",
				at.Add(time.Duration(n)*time.Millisecond).Format("2006-01-02 15:04:05,000"), n, n)
		}
		m, _ := io.WriteString(w, line)
		written += m
	}
}

// writeProfile writes 50,000 different stacks, each with the samples of 20.
func writeProfile(w io.Writer) {
	for n := range 50_000 {
		fmt.Fprintf(w, "Map[%d]", n%20)
		for depth := range 30 {
			fmt.Fprintf(w, ";org.apache.flink.table.runtime.operators.Step%d.process", (n>>(depth/3))%97+depth)
		}
		fmt.Fprintln(w, " 20")
	}
}
