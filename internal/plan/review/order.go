// In which order jobs that depend on each other are deployed.

package review

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// Link leads from a job that writes to one that reads what it writes.
type Link struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Table string `json:"table"` // under the reader's name
}

// Links lists which jobs read what others write, by names.
func Links(jobs []Other) []Link {
	type writer struct{ job, place string }
	var writers []writer
	tables := make([][]table, len(jobs))
	for i, j := range jobs {
		form, _ := evolve.Read(j.Now)
		tables[i] = tablesOf(form)
		for _, t := range tables[i] {
			if t.role == sink {
				writers = append(writers, writer{j.Job, place(t.Table)})
			}
		}
	}
	var all []Link
	for i, j := range jobs {
		for _, t := range tables[i] {
			for _, w := range writers {
				if t.role == source && w.place == place(t.Table) && w.job != j.Job {
					all = append(all, Link{From: w.job, To: j.Job, Table: t.name()})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Table, b.Table))
	})
	return slices.Compact(all)
}

// Downstream lists the links over which some jobs reach others, by any number of steps.
func Downstream(links []Link, from []string) []Link {
	reached := slices.Clone(from)
	var all []Link
	for i := 0; i < len(reached); i++ {
		for _, l := range links {
			if l.From != reached[i] {
				continue
			}
			all = append(all, l)
			if !slices.Contains(reached, l.To) {
				reached = append(reached, l.To)
			}
		}
	}
	return all
}

// Step is one job in an order of deployment.
type Step struct {
	Job    string   `json:"job"`
	After  []string `json:"after,omitempty"` // jobs that have to be deployed before
	Reason string   `json:"reason,omitempty"`
}

// Order puts jobs that change into the order in which they can be deployed without breaking each other on the way: who
// writes goes before who reads, so that what a reader asks for is there, unless the former reader needs what the new writer
// writes no more.
func Order(jobs []Other, links []Link) []Step {
	o := ordering{steps: map[string]*Step{}}
	forms := map[string]Other{}
	for _, j := range jobs {
		forms[j.Job] = j
		o.steps[j.Job] = &Step{Job: j.Job}
	}
	for _, l := range links {
		from, writes := forms[l.From]
		to, reads := forms[l.To]
		if writes && reads {
			o.arrange(from, to, l.Table)
		}
	}
	return o.sorted()
}

type ordering struct{ steps map[string]*Step }

// arrange decides which of a writer and a reader goes first.
func (o *ordering) arrange(writer, reader Other, table string) {
	var early, late []Broken
	if writer.Was != nil && reader.Was != nil {
		early = between(*writer.Was, writer.Now, *reader.Was, reader.Job) // the new writer under the former reader
		late = between(writer.Now, *writer.Was, reader.Now, reader.Job)   // the former writer under the new reader
	}
	switch {
	case len(early) > 0 && len(late) > 0:
		o.before(writer.Job, reader.Job, fmt.Sprintf("stop it before %s is deployed: neither form of it fits both forms of that (%s)", writer.Job, early[0].Reason))
	case len(early) > 0:
		o.before(reader.Job, writer.Job, fmt.Sprintf("until then %s needs what this one writes no more: %s", reader.Job, early[0].Reason))
	default:
		o.before(writer.Job, reader.Job, fmt.Sprintf("it reads %s, which %s writes", table, writer.Job))
	}
}

func between(was, now, reader plan.Spec, name string) []Broken {
	return Readers(was, now, func() []Other { return []Other{{Job: name, Now: reader}} })
}

func (o *ordering) before(first, second, reason string) {
	s := o.steps[second]
	if slices.Contains(s.After, first) {
		return
	}
	s.After = append(s.After, first)
	if s.Reason != "" {
		s.Reason += "; "
	}
	s.Reason += reason
}

// sorted puts every job behind those that it comes after. Of jobs in a ring the first by name goes first.
func (o *ordering) sorted() []Step {
	var names []string
	for name := range o.steps {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []Step
	done := map[string]bool{}
	for len(names) > 0 {
		at := max(0, slices.IndexFunc(names, func(name string) bool {
			return !slices.ContainsFunc(o.steps[name].After, func(first string) bool { return !done[first] })
		}))
		done[names[at]] = true
		all = append(all, *o.steps[names[at]])
		names = slices.Delete(names, at, at+1)
	}
	return all
}
