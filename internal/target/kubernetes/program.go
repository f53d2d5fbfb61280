package kubernetes

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// Folders of ours in JobManagers.
const (
	programFolder = "/opt/autostream/program" // what is in the Secret of the program
	jarFolder     = "/opt/autostream/jars"
)

// Files of programFolder with the statements, for Flink's main class and for ours.
const (
	sqlScript    = "job.sql"
	runnerScript = "job.statements"
	runnerJar    = "sqlrunner.jar"
)

// sqlDriver is Flink's own main class of SQL jobs (FLIP-480).
const sqlDriver = "org.apache.flink.table.runtime.application.SqlDriver"

// program is what a JobManager runs as the job's main method.
type program struct {
	main   string
	args   []string
	jar    string            // path in the pod of the jar with the main class; "" when Flink has the class itself
	texts  map[string][]byte // files of programFolder, which may hold secrets
	jars   []jarFile         // files of jarFolder
	added  int               // statements before those of the submission
	starts []int             // of SqlDriver: the line of the script where each statement begins, from 1
}

// jarFile is a jar of this machine and its path in the pod.
type jarFile struct{ local, pod string }

// programOf decides how a submission is run. done removes what was made for it.
func programOf(line release.Line, s target.Submission) (p program, done func(), err error) {
	done = func() {}
	for _, jar := range s.Jars {
		if err := there(jar, s.Name); err != nil {
			return p, done, err
		}
	}
	if s.Jar != nil {
		return jarProgram(s)
	}
	if line >= release.V2_1 { // 2.0 has SqlDriver as well, but its cluster entry point wants a jar (FLINK-33926)
		return driven(s), done, nil
	}
	return ranByUs(s)
}

// driven is a script for Flink's own main class. It adds the jars by statements, as Flink then ships them.
func driven(s target.Submission) program {
	p := program{main: sqlDriver, args: []string{"--scriptUri", "file://" + path.Join(programFolder, sqlScript)}, added: len(s.Jars)}
	var statements []string
	for i, jar := range s.Jars {
		in := path.Join(jarFolder, fmt.Sprintf("%d-%s", i, filepath.Base(jar)))
		p.jars = append(p.jars, jarFile{local: jar, pod: in})
		statements = append(statements, "ADD JAR '"+strings.ReplaceAll(in, "'", "''")+"'")
	}
	statements = append(statements, s.SQL.Statements...)
	const end = "\n;\n" // a line break keeps a comment at the end of a statement from swallowing its semicolon
	p.texts = map[string][]byte{sqlScript: []byte(strings.Join(statements, end) + end)}
	line := 1
	for _, text := range statements {
		p.starts = append(p.starts, line)
		line += strings.Count(text+end, "\n")
	}
	return p
}

// ranByUs are statements for our main class. The jars become libraries of its own jar: code that Flink 1.x generates for
// a function does not see what ADD JAR added.
func ranByUs(s target.Submission) (p program, done func(), err error) {
	done = func() {}
	script, err := sqlrunner.Script(s.SQL.Statements)
	if err != nil {
		return p, done, fault.Errorf(fault.Usage, "job %s: %w", s.Name, err)
	}
	p = program{main: sqlrunner.Main, args: []string{path.Join(programFolder, runnerScript)}, texts: map[string][]byte{runnerScript: script}}
	if len(s.Jars) == 0 {
		p.jar = path.Join(programFolder, runnerJar)
		p.texts[runnerJar] = sqlrunner.Jar()
		return p, done, nil
	}
	bare, err := os.CreateTemp("", "*-"+runnerJar)
	if err != nil {
		return p, done, err
	}
	defer func() { _ = os.Remove(bare.Name()) }()
	_, err = bare.Write(sqlrunner.Jar())
	if err = errors.Join(err, bare.Close()); err != nil {
		return p, done, err
	}
	local, err := jobmanager.WithLibraries(bare.Name(), s.Jars)
	if err != nil {
		return p, done, err
	}
	p.jar = path.Join(jarFolder, runnerJar)
	p.jars = []jarFile{{local: local, pod: p.jar}}
	return p, func() { _ = os.Remove(local) }, nil
}

// jarProgram makes one jar of the program and its libraries: then they belong to this job alone, wherever its parts run.
func jarProgram(s target.Submission) (p program, done func(), err error) {
	done = func() {}
	if err := there(s.Jar.Path, s.Name); err != nil {
		return p, done, err
	}
	p.main, p.args = s.Jar.Class, s.Jar.Args
	if p.main == "" {
		if p.main, err = mainClass(s.Jar.Path); err != nil {
			return p, done, err
		}
	}
	local := s.Jar.Path
	if len(s.Jars) > 0 {
		if local, err = jobmanager.WithLibraries(local, s.Jars); err != nil {
			return p, done, err
		}
		done = func() { _ = os.Remove(local) }
	}
	p.jar = path.Join(jarFolder, filepath.Base(s.Jar.Path))
	p.jars = []jarFile{{local: local, pod: p.jar}}
	return p, done, nil
}

func there(jar, job string) error {
	if _, err := os.Stat(jar); errors.Is(err, fs.ErrNotExist) {
		return fault.Errorf(fault.NotFound, "job %s: no jar %s", job, jar)
	} else if err != nil {
		return fmt.Errorf("job %s: %w", job, err)
	}
	return nil
}

// mainClass reads the class that a jar's manifest names.
func mainClass(jar string) (string, error) {
	r, err := zip.OpenReader(jar)
	if err != nil {
		return "", fault.Errorf(fault.Failed, "opening jar %s: %w", jar, err)
	}
	defer r.Close()
	if manifest, err := r.Open("META-INF/MANIFEST.MF"); err == nil {
		defer func() { _ = manifest.Close() }()
		for lines := bufio.NewScanner(manifest); lines.Scan(); {
			for _, key := range []string{"program-class:", "Main-Class:"} { // as PackagedProgram looks for them
				if class, ok := strings.CutPrefix(lines.Text(), key); ok {
					return strings.TrimSpace(class), nil
				}
			}
		}
	}
	return "", fault.Errorf(fault.Usage, "jar %s names no main class", jar).WithFix("name it with class: in autostream.yaml")
}
