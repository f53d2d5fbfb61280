// Options, keys and metadata columns: what the connector of a table makes Flink refuse.

package bind

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// The rules of connectors. CREATE TABLE looks at no option: Flink refuses the statements that read or write the table, and
// there the findings are errors. Where the table is declared they are warnings, as are those of connectors whose options
// are known from their documentation alone.
var (
	NoConnector      = diag.Rule{ID: "AS4001", Name: "no-connector", Category: diag.Connector, Text: "A table of the built-in catalog needs an option 'connector'. It may come from LIKE; it has to be there when the table is used, before 2.0 when it is declared."}
	UnknownConnector = diag.Rule{ID: "AS4002", Name: "unknown-connector", Category: diag.Connector, Text: "Connectors and formats are found by name among the jars of the job. A name that no known one has, and that is near a known one, is most likely misspelt."}
	MissingOption    = diag.Rule{ID: "AS4003", Name: "missing-option", Category: diag.Connector, Text: "The connector or the format needs the option, always or because of what another one says."}
	UnknownOption    = diag.Rule{ID: "AS4004", Name: "unknown-option", Category: diag.Connector, Text: "Flink refuses a table with an option that neither its connector nor its formats know in this release."}
	OptionValue      = diag.Rule{ID: "AS4005", Name: "option-value", Category: diag.Connector, Text: "The value of the option is not of its type, or none of the words that it takes."}
	OptionConflict   = diag.Rule{ID: "AS4006", Name: "option-conflict", Category: diag.Connector, Text: "The options exclude each other, or one cannot be set for this use."}
	FormatUse        = diag.Rule{ID: "AS4007", Name: "format-use", Category: diag.Connector, Text: "The connector cannot read or write the format: one is for files only or knows other changes than the connector takes."}
	ConnectorUse     = diag.Rule{ID: "AS4008", Name: "connector-use", Category: diag.Connector, Text: "The connector is for sinks only and is read, or for sources only and is written."}
	ConnectorKey     = diag.Rule{ID: "AS4009", Name: "connector-key", Category: diag.Connector, Text: "Some connectors need a primary key, some cannot have one: a Kafka topic of plain JSON cannot promise that keys are unique."}
	MetadataKey      = diag.Rule{ID: "AS4010", Name: "metadata-key", Category: diag.Connector, Text: "The connector has no such metadata, or cannot write it: then the column has to be VIRTUAL."}
	BatchSource      = diag.Rule{ID: "AS4012", Name: "batch-source", Category: diag.Connector, Text: "In batch mode every source has to end, and its rows have to be inserts only."}
	ColumnType       = diag.Rule{ID: "AS4013", Name: "column-type", Category: diag.Connector, Text: "The connector or the format has no such type: JSON has no maps whose keys are numbers, CSV no maps at all, the text of raw no timestamps, Avro no TIMESTAMP_LTZ unless avro.timestamp_mapping.legacy is false."}
	HintUse          = diag.Rule{ID: "AS4011", Name: "hint-use", Category: diag.Connector, Text: "An OPTIONS hint changes the options of a table. A view has none, and table.dynamic-table-options.enabled can forbid them."}
)

// connectorRules are the rules by kinds of problems.
var connectorRules = [...]*diag.Rule{
	connector.UnknownConnector: &UnknownConnector, connector.NoConnector: &NoConnector, connector.OtherRelease: &UnknownConnector,
	connector.WrongDirection: &ConnectorUse, connector.MissingOption: &MissingOption, connector.UnknownOption: &UnknownOption,
	connector.WrongValue: &OptionValue, connector.ExcludedOption: &OptionConflict, connector.WrongFormat: &FormatUse, connector.WrongKey: &ConnectorKey,
	connector.WrongMetadata: &MetadataKey, connector.WrongType: &ColumnType,
}

// uses checks a table that is read or written by name. Each table is checked once for a statement and a use.
func (b *binder) uses(t *Table, syntax *ast.Table, to connector.Use) {
	b.useAt(t, syntax.Name.Loc, syntax.Hints, to)
}

func (b *binder) useAt(t *Table, at ast.Loc, hints *ast.Hints, to connector.Use) {
	more := optionHints(hints)
	if len(more) > 0 && !b.hintable(t, hints) {
		return
	}
	if t.Kind == View || t.Syntax == nil || len(more) == 0 && b.used[used{t, to}] {
		return
	}
	b.used[used{t, to}] = true
	c := t.ForConnector(hints)
	problems := b.session.connectors().Check(c, to, b.session.Release)
	if !b.needsConnector(t) && c.Options["connector"] == "" {
		return
	}
	for _, p := range problems {
		b.refuseUse(t, at, more, p)
	}
	switch {
	case len(problems) > 0:
	case b.out.Batch && to == connector.ToScan:
		b.batchScan(t, at, c)
	case t.distributed && to == connector.ToSink:
		b.bucketSink(t, at, c)
	}
}

// needsConnector reports whether a table needs an option that names its connector: the catalog does not know by itself how
// to read it.
func (b *binder) needsConnector(t *Table) bool {
	n := b.session.catalog(t.Path.Catalog)
	return n != nil && (!n.open || t.Temporary) && !t.Open
}

// managed reports a new table without a connector. Before 2.0 Flink takes it for a managed table, which nobody manages.
func (b *binder) managed(t *Table, name *ast.Name) {
	if b.session.Release >= token.V2_0 || !b.needsConnector(t) {
		return
	}
	for _, key := range []string{"connector", "connector.type"} {
		if t.Options[key] != "" {
			return
		}
	}
	b.report(NoConnector, name.Loc, "%s has no option 'connector'", t.Path.Name).Help = "write WITH ('connector' = '…')"
}

// used is a table in a use.
type used struct {
	table *Table
	to    connector.Use
}

// hintable reports whether a table may have OPTIONS hints.
func (b *binder) hintable(t *Table, hints *ast.Hints) bool {
	if t.Kind == View {
		b.report(HintUse, hints.Loc, "%s is a view and has no options", t.Path.Name).Help = "give the hint to the table that the view reads"
		return false
	}
	if v, set := b.session.Setting("table.dynamic-table-options.enabled"); set && strings.EqualFold(v, "false") {
		b.report(HintUse, hints.Loc, "OPTIONS hints are forbidden: table.dynamic-table-options.enabled is false")
		return false
	}
	return true
}

// refuseUse reports a problem of a table where it is used: at the hint that causes it, or at its name with the place in
// the declaration beside it.
func (b *binder) refuseUse(t *Table, at ast.Loc, hints []ast.HintArg, p connector.Problem) {
	rule := *connectorRules[p.Kind]
	if !p.Sure {
		rule.Level = diag.Warning
	}
	if i := slices.IndexFunc(hints, func(h ast.HintArg) bool { return h.Key == p.Option }); i >= 0 && p.Option != "" {
		help(b.report(rule, hints[i].Loc, "%s", p.Message), p)
		return
	}
	f := b.report(rule, at, "%s cannot be used: %s", t.Path.Name, p.Message)
	if !p.Sure {
		f.Message = t.Path.Name + ": " + p.Message
	}
	help(f, p)
	if file, place, ok := t.declared(p.Option); ok {
		f.Related = append(f.Related, diag.Related{File: file, Span: place.Span(), Message: "declared here"})
	}
}

// help says what was meant.
func help(f *diag.Finding, p connector.Problem) {
	switch {
	case p.Near != "":
		f.Help = fmt.Sprintf("did you mean %s?", p.Near)
	case len(p.Known) > 0 && len(p.Known) <= 12:
		f.Help = "there are " + strings.Join(p.Known, ", ")
	}
}

// declared returns the place of an option in the declaration, or the name of the table there.
func (t *Table) declared(option string) (*source.File, ast.Loc, bool) {
	s, ok := t.Syntax.(*ast.CreateTable)
	if !ok || t.File == nil {
		return nil, ast.Loc{}, false
	}
	if o := s.With.Get(option); o != nil {
		return t.File, o.Loc, true
	}
	return t.File, s.Name.Loc, true
}

// checkOptions warns of options that every use of the new table will be refused for.
func (b *binder) checkOptions(t *Table, with *ast.Options) {
	if with == nil || t.Kind != BaseTable {
		return
	}
	for _, p := range b.session.connectors().Check(t.ForConnector(nil), connector.AnyUse, b.session.Release) {
		o := with.Get(p.Option)
		if o == nil {
			continue // it is of LIKE
		}
		rule := *connectorRules[p.Kind]
		rule.Level = diag.Warning
		at := o.Value.Loc
		if p.Kind == connector.UnknownOption {
			at = o.Key.Loc
		}
		f := b.report(rule, at, "%s", p.Message)
		help(f, p)
		if p.Kind == connector.UnknownOption && p.Near != "" && with.Get(p.Near) == nil {
			f.Fixes = append(f.Fixes, diag.Fix{Title: "write " + p.Near, Edits: []diag.Edit{{Span: at.Span(), Text: "'" + p.Near + "'"}}})
		}
	}
}

// bucketSink reports a table that is written in buckets: of the connectors whose options Flink knows itself none does
// (SupportsBucketing).
func (b *binder) bucketSink(t *Table, at ast.Loc, c connector.Table) {
	name := c.Options["connector"]
	if known := b.session.connectors().Connector(name); known != nil && known.Others == connector.RefusesOther {
		b.report(ConnectorUse, at, "%s cannot be used: the connector %s writes no buckets", t.Path.Name, name).Help = "leave out DISTRIBUTED"
	}
}

// batchScan checks that batch mode can read a table.
func (b *binder) batchScan(t *Table, at ast.Loc, c connector.Table) {
	known := b.session.connectors().Connector(c.Options["connector"])
	if known == nil || known.Others != connector.RefusesOther {
		return
	}
	s := b.session.connectors().Source(c, b.session.Release)
	switch {
	case s.Scan && !s.Ends:
		b.report(BatchSource, at, "%s never ends, and batch mode waits for the end", t.Path.Name)
	case s.Scan && s.Changes != 0 && s.Changes != connector.Append:
		b.report(BatchSource, at, "%s emits %s, and batch mode takes inserts only", t.Path.Name, s.Changes)
	}
}
