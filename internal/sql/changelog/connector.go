// What has to be known of connectors.

package changelog

import "github.com/autostream/autostream/internal/sql/bind"

// Connectors says what tables do with changes. An answer that is not Known lets everything pass.
type Connectors interface {
	Source(t *bind.Table, options map[string]string) Source
	Sink(t *bind.Table, options map[string]string) SinkAbility
}

// Source is what a table does as a source.
type Source struct {
	Known      bool
	Changes    Changes
	KeyDeletes bool // deletes carry the key only
	Unbounded  bool
	Lookup     bool // rows can be asked for by key
	Push       Push
}

// Push is what the planner leaves to the source.
type Push struct{ Filter, Projection, Watermark bool }

// SinkAbility is what a table takes as a sink.
type SinkAbility struct {
	Known      bool
	Any        bool    // whatever the query has
	Changes    Changes // else
	Overwrites bool
	NeedsKey   bool // takes updates and deletes only with a primary key
	KeyDeletes bool
}

// Mode returns the changes that the sink asks for when a query could give some.
func (s SinkAbility) Mode(given Changes) Changes {
	if s.Any {
		return given
	}
	return s.Changes
}
