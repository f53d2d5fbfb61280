package attach

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// silence is how long the copy lives without hearing anything: whoever started it may be gone without a word, and not every
// container runtime tells. A Session lets hear from it far more often.
const silence = time.Minute

// Serve is the side of a Session beside the JVM: it answers requests until in ends. Whatever files it has placed, or had
// dumped, and nobody has fetched, are removed then. pid 0 is the only JVM that can be seen.
func Serve(ctx context.Context, in io.Reader, out io.Writer, pid int) error {
	if _, err := io.WriteString(out, greeting); err != nil {
		return err
	}
	s := &serving{out: out, pid: pid, named: pid != 0}
	ctx, gone := context.WithCancel(ctx)
	defer gone()
	requests, ended := make(chan asked), make(chan error, 1)
	go s.listen(ctx, in, requests, gone)
	go func() { ended <- s.answerAll(ctx, requests) }()
	var err error
	select {
	case <-ctx.Done(): // it may be writing to somebody who does not read any more
	case err = <-ended:
	}
	s.cleanUp()
	return err
}

// asked is a request with the bytes behind it.
type asked struct {
	request
	with []byte
}

type serving struct {
	out   io.Writer
	pid   int
	named bool // by whoever started this; another one was found

	mu    sync.Mutex // held while a heap is dumped
	files []string   // that are ours to remove
	over  bool
}

// listen reads requests, and empty lines that only tell that somebody is there. The end of the input, or silence, ends what
// is being done.
func (*serving) listen(ctx context.Context, in io.Reader, requests chan<- asked, gone func()) {
	defer gone()
	alone := time.AfterFunc(silence, gone)
	defer alone.Stop()
	for r := bufio.NewReader(in); ; {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return
		}
		if alone.Reset(silence); len(line) == 1 {
			continue
		}
		var a asked
		if json.Unmarshal(line, &a.request) != nil || a.Size < 0 || a.Size > biggestFile {
			return
		}
		a.with = make([]byte, a.Size)
		if _, err := io.ReadFull(r, a.with); err != nil {
			return
		}
		go func() { // the end of the input is to be heard while it is answered
			select {
			case <-ctx.Done():
			case requests <- a:
			}
		}()
	}
}

func (s *serving) answerAll(ctx context.Context, requests <-chan asked) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-requests:
			if err := s.answer(ctx, r); err != nil {
				return err
			}
		}
	}
}

// answer answers a request; an error means that nobody reads.
func (s *serving) answer(ctx context.Context, a asked) error {
	path, err := s.carryOut(ctx, a)
	text, bad := json.Marshal(verdictOf(path, err))
	if bad != nil {
		return bad
	}
	_, err = s.out.Write(append(append([]byte{0, 0, 0, 0}, text...), '\n'))
	return err
}

func (s *serving) carryOut(ctx context.Context, a asked) (path string, err error) {
	if err := s.find(); err != nil {
		return "", err
	}
	switch {
	case a.Do == toAttach && a.Command == DumpHeap && len(a.Args) > 0:
		return "", s.dump(a)
	case a.Do == toAttach:
		return "", s.attach(ctx, a, write{s.out})
	case a.Do == toFetch:
		return "", Fetch(ctx, s.pid, a.Path, write{s.out})
	case a.Do == toPlace:
		s.mu.Lock()
		defer s.mu.Unlock()
		if path, err = Place(s.pid, a.Name, a.with); err == nil {
			s.files = append(s.files, path)
		}
		return path, err
	}
	return "", fault.Errorf(fault.Usage, "there is no request %s", a.Do)
}

// find sees to it that it is known which JVM is meant. One that was found may be gone: Flink's scripts run a short JVM before
// the long one.
func (s *serving) find() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.named || s.pid != 0 && isJVM(s.pid) == nil {
		return nil
	}
	s.pid, err = onlyJVM()
	return err
}

func (s *serving) attach(ctx context.Context, a asked, w io.Writer) error {
	answer, err := Run(ctx, s.pid, a.Command, a.Args...)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, answer)
	return errors.Join(err, answer.Close())
}

// dump has the heap written. One that has begun cannot be stopped, so its end is awaited whoever asks: only then can its
// file be removed.
func (s *serving) dump(a asked) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return context.Canceled
	}
	s.files = append(s.files, a.Args[0])
	return s.attach(context.Background(), a, io.Discard)
}

// cleanUp removes the files that are left, when no heap is being dumped any more, and lets none be dumped after it.
func (s *serving) cleanUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, path := range s.files {
		_ = os.Remove(inside(s.pid, path)) // it was fetched
	}
}

// DumpHeap is the command that has a JVM write its heap to a file, and that goes on when its caller has gone.
const DumpHeap = "dumpheap"

// Fetch copies a file that a JVM of this machine has written at this path, and removes it, whatever happens. The end of ctx
// ends the copying.
func Fetch(ctx context.Context, pid int, path string, w io.Writer) error {
	return Take(ctx, inside(pid, path), w)
}

// Take is Fetch of a file by its path on this machine.
func Take(ctx context.Context, path string, w io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	removed := os.Remove(path) // what was opened can be read all the same
	stop := context.AfterFunc(ctx, func() { _ = f.Close() })
	_, err = io.Copy(w, f)
	if !stop() {
		return errors.Join(ctx.Err(), removed)
	}
	return errors.Join(err, f.Close(), removed)
}

// Place writes a file that a JVM of this machine can read, and returns its path as the JVM sees it. The JVM may be another
// user's: who may attach to it is root then.
func Place(pid int, name string, text []byte) (string, error) {
	f, err := os.CreateTemp(inside(pid, "/tmp"), "*-"+filepath.Base(name))
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return filepath.Join("/tmp", filepath.Base(f.Name())), nil
}

// inside is where a path of a JVM is found from outside of its container.
func inside(pid int, path string) string { return fmt.Sprintf("/proc/%d/root%s", pid, path) }

// onlyJVM finds the JVM of a container.
func onlyJVM() (int, error) {
	processes, err := filepath.Glob("/proc/[0-9]*/maps")
	if err != nil {
		return 0, err
	}
	var found []int
	for _, maps := range processes {
		pid, err := strconv.Atoi(strings.Split(maps, "/")[2])
		if err == nil && isJVM(pid) == nil {
			found = append(found, pid)
		}
	}
	switch len(found) {
	case 0:
		return 0, fault.Errorf(fault.NotFound, "no JVM can be seen")
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	return 0, fault.Errorf(fault.Usage, "there are several JVMs: %v", found)
}

// isJVM keeps SIGQUIT, which ends other programs, away from what is no JVM.
func isJVM(pid int) error {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return denied(pid, err)
	}
	if !strings.Contains(string(maps), "/libjvm.so") {
		return fault.Errorf(fault.Usage, "process %d is no JVM", pid)
	}
	return nil
}

func denied(pid int, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fault.Errorf(fault.Denied, "attaching to JVM %d: %w", pid, err).WithFix("run this as the user of the JVM, or as root")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ESRCH):
		return fault.Errorf(fault.NotFound, "there is no process %d", pid)
	}
	return fmt.Errorf("attaching to JVM %d: %w", pid, err)
}
