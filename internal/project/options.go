package project

import (
	"fmt"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/release"
)

// flinkOptions looks at the options that a part of the project sets for names that Flink would ignore without a word. Names
// that are not near any of Flink's own are left alone: file systems, metric reporters and users have options too.
func (l *loading) flinkOptions(part *yaml.Node) {
	r, err := release.Parse(l.project.Release)
	if err != nil { // said elsewhere
		return
	}
	options := part.Get("options")
	for _, name := range options.Keys() {
		message, help := doubt(r.Line, name)
		if message != "" {
			l.add(ruleOptionName.At(options.Get(name).File(), options.Get(name).Key(), message, help))
		}
	}
}

// doubt says why the name is none that the release reads, or "".
func doubt(line release.Line, name string) (message, help string) {
	option, known := release.OptionNamed(line.Key(name))
	switch {
	case !known:
		if meant, ok := line.Meant(name); ok {
			return fmt.Sprintf("%s is no option of Flink %s", name, line), fmt.Sprintf("did you mean %s?", meant)
		}
	case option.First > line:
		return fmt.Sprintf("%s is no option of Flink %s: it came with %s", name, line, option.First), ""
	case option.Last < line:
		return fmt.Sprintf("%s is no option of Flink %s: %s was the last that had it", name, line, option.Last), ""
	}
	return "", ""
}
