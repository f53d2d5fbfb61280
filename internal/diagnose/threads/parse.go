package threads

import (
	"encoding/json"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/frame"
)

// deepest is how many frames of a thread are kept.
const deepest = 200

// Parse reads a thread dump in any of its forms: of jstack, jcmd Thread.print and SIGQUIT, of Flink's log (JvmUtils), or
// the answer of Flink's REST interface. Text between is passed over; a dump that was cut off gives the threads before.
func Parse(text string) Dump {
	var answer struct {
		Infos []struct {
			Text string `json:"stringifiedThreadInfo"`
		} `json:"threadInfos"`
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") && json.Unmarshal([]byte(text), &answer) == nil {
		var all strings.Builder
		for _, i := range answer.Infos {
			all.WriteString(i.Text + "\n")
		}
		text = all.String()
	}
	var p parser
	for line := range strings.Lines(text) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	p.end()
	return Dump{Threads: p.threads}
}

type parser struct {
	threads []Thread
	current Thread
	open    bool
	seen    map[string]bool // names with ids: the summary of a deadlock repeats its threads
}

func (p *parser) line(line string) {
	if strings.HasPrefix(line, `"`) {
		p.end()
		p.begin(line)
		return
	}
	if !p.open {
		return
	}
	text := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(text, "at "):
		if len(p.current.Frames) < deepest {
			p.current.Frames = append(p.current.Frames, strings.Clone(frame.Bare(text[len("at "):])))
		}
	case strings.HasPrefix(text, "java.lang.Thread.State: "):
		state, _, _ := strings.Cut(text[len("java.lang.Thread.State: "):], " ")
		p.current.State = State(state)
	case strings.HasPrefix(text, "- "):
		p.note(strings.TrimSpace(text[2:]))
	}
}

// begin reads the first line of a thread, in either form:
//
//	"name" Id=68 BLOCKED on java.lang.Object@32a907da owned by "other" Id=74
//	"name" #12 prio=5 os_prio=0 tid=0x00007f nid=0x1f waiting for monitor entry [0x00007f]
func (p *parser) begin(line string) {
	end := strings.LastIndexByte(line, '"')
	rest := line[end+1:]
	t := Thread{}
	if at := strings.LastIndex(line, `" owned by "`); at > 0 && end > at || strings.Contains(line, ` owned by "`) {
		at := strings.Index(line, `" Id=`)
		if at > 0 {
			end, rest = at, line[at+1:]
		}
	}
	if end > 0 {
		t.Name = strings.Clone(line[1:end])
	}
	words := strings.Fields(rest)
	if len(words) >= 2 && strings.HasPrefix(words[0], "Id=") {
		t.id, t.State = words[0][len("Id="):], State(words[1])
		if len(words) >= 4 && words[2] == "on" {
			t.lock = strings.Clone(words[3])
		}
		if at := strings.LastIndex(rest, `" Id=`); at >= 0 {
			t.owner, _, _ = strings.Cut(rest[at+len(`" Id=`):], " ")
		}
	}
	p.current, p.open = t, true
}

// note reads a line about locks, in either form:
//
//   - blocked on java.lang.Object@32a907da        - waiting to lock <0x0000000089> (a java.lang.Object)
//   - waiting on java.lang.Object@32a907da        - parking to wait for  <0x0000000089> (a …$Sync)
//   - locked java.lang.Object@32a907da            - locked <0x0000000089> (a java.lang.Object)
//   - java.util.concurrent.locks.…Sync@1f          - <0x0000000089> (a …NonfairSync)
func (p *parser) note(text string) {
	for _, waits := range [...]string{"blocked on ", "waiting on ", "waiting to lock ", "waiting to re-lock in wait() ", "parking to wait for "} {
		if rest, ok := strings.CutPrefix(text, waits); ok {
			if lock := lockOf(rest); p.current.lock == "" && lock != "" {
				p.current.lock = lock
			}
			return
		}
	}
	rest, locked := strings.CutPrefix(text, "locked ")
	if locked || strings.HasPrefix(text, "<0x") || strings.Contains(text, "@") {
		if lock := lockOf(rest); lock != "" {
			p.current.holds = append(p.current.holds, lock)
		}
	}
}

// lockOf names a lock: its address in a dump of the JVM, its class and hash in one of Flink.
func lockOf(text string) string {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "<"); ok {
		address, class, _ := strings.Cut(rest, ">")
		if class = strings.Trim(class, " ()"); strings.HasPrefix(class, "a ") {
			return class[len("a "):] + "@" + address
		}
		if address == "no object reference available" {
			return ""
		}
		return address
	}
	word, _, _ := strings.Cut(text, " ")
	return strings.Clone(word)
}

func (p *parser) end() {
	if !p.open {
		return
	}
	p.open = false
	if p.current.State == "" && len(p.current.Frames) == 0 { // of the JVM itself: garbage collectors, compilers
		if !strings.Contains(p.current.Name, "GC") {
			return
		}
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	key := p.current.Name + "\x00" + p.current.id + "\x00" + p.current.lock
	if p.current.lock != "" && p.current.State == "" && p.seen[key] {
		return
	}
	p.seen[key] = true
	p.threads = append(p.threads, p.current)
}
