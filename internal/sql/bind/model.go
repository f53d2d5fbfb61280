// Models, since 2.1: CREATE MODEL and ML_PREDICT.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Model is a model as a session knows it.
type Model struct {
	Path    catalog.Path
	Input   []types.Field
	Output  []types.Field
	Options map[string]string
	Syntax  *ast.CreateModel
}

func (b *binder) createModel(s *ast.CreateModel) {
	m := &Model{Path: b.session.path(parts(&s.Name)), Options: map[string]string{}, Syntax: s}
	m.Input, m.Output = b.modelColumns(s.Input), b.modelColumns(s.Output)
	for _, o := range optionsOf(s.With) {
		m.Options[o.Key.Value] = o.Value.Value
	}
	switch {
	case b.session.Release < token.V2_0:
		b.noModels(s.Name.Loc)
	case s.As != nil:
	case len(m.Options) == 0:
		b.report(MissingOption, s.Name.Loc, "model %q has no options", s.Name.Text()).Help = "name its provider: WITH ('provider' = '…')"
	case len(m.Input) == 0 && len(m.Output) > 0:
		b.report(ColumnCount, s.Name.Loc, "model %q has columns of OUTPUT and none of INPUT", s.Name.Text())
	case len(m.Input) > 0 && len(m.Output) == 0:
		b.report(ColumnCount, s.Name.Loc, "model %q has columns of INPUT and none of OUTPUT", s.Name.Text())
	}
	if b.session.model(m.Path) != nil {
		if s.IfNotExists {
			return
		}
		if !s.OrReplace && !s.Temporary {
			b.report(AlreadyExists, s.Name.Loc, "model %q already exists", s.Name.Text()).Help = "drop it first, or write IF NOT EXISTS"
		}
	}
	b.session.models[m.Path] = m
}

func (b *binder) modelColumns(elements []ast.TableElement) []types.Field {
	var fields []types.Field
	for _, e := range elements {
		c, ok := e.(*ast.Column)
		if !ok {
			continue
		}
		f := types.Field{Name: c.Name.Text(), Type: b.typeOf(c.Type)}
		if slices.ContainsFunc(fields, func(o types.Field) bool { return o.Name == f.Name }) {
			b.report(DuplicateColumn, c.Name.Loc, "column %q is declared twice", f.Name)
		}
		fields = append(fields, f)
	}
	return fields
}

// model returns the model of a path, or nil.
func (s *Session) model(path catalog.Path) *Model {
	for ; s != nil; s = s.parent {
		if m, ok := s.models[path]; ok {
			return m
		}
	}
	return nil
}

func (b *binder) noModels(at ast.Loc) {
	b.report(UnknownModel, at, "Flink %s reads statements about models, and has none", b.session.Release)
}

// namedModel returns the one of a name, or reports that it is not there. It is nil where it may be somewhere else.
func (b *binder) namedModel(name *ast.Name, exists bool) *Model {
	if b.session.Release < token.V2_0 {
		b.noModels(name.Loc)
		return nil
	}
	path := b.session.path(parts(name))
	m := b.session.model(path)
	if m == nil && !exists && !b.session.openPath(path) {
		b.report(UnknownModel, name.Loc, "unknown model %q", name.Text()).Help = "a model is declared with CREATE MODEL"
	}
	return m
}

// alterModel changes the options of a model, or its name.
func (b *binder) alterModel(s *ast.Alter) {
	m := b.namedModel(&s.Name, s.IfExists)
	if m == nil {
		return
	}
	switch a := s.Action.(type) {
	case *ast.RenameTo:
		renamed := *m
		renamed.Path = b.session.path(parts(&a.Name))
		b.session.models[m.Path] = nil
		b.session.models[renamed.Path] = &renamed
	case *ast.ResetOptions:
		if a.Keys == nil || len(a.Keys.Items) == 0 {
			b.report(AlterConflict, a.Loc, "RESET names no option")
		}
	}
}

// The arguments of ML_PREDICT, by place and by name.
var predictArgs = []string{"INPUT", "MODEL", "ARGS", "CONFIG"}

// predict gives ML_PREDICT its columns: those of the table, then the output of the model.
func (b *binder) predict(f *Function, args *tableArgs) {
	given := map[string]*tableArg{}
	for i := range args.all {
		name := args.all[i].name
		switch {
		case name == "" && i < len(predictArgs):
			name = predictArgs[i]
		case !slices.Contains(predictArgs, name):
			suggest(b.report(ArgumentTypes, args.all[i].loc, "ML_PREDICT has no argument %q", name), "ML_PREDICT", fold(name), predictArgs)
			return
		}
		given[name] = &args.all[i]
	}
	for _, name := range predictArgs[:3] {
		if given[name] == nil {
			b.report(ArgumentCount, f.loc, "ML_PREDICT needs the argument %s", name).Help = "it is called as ML_PREDICT(TABLE t, MODEL m, DESCRIPTOR(column))"
			return
		}
	}
	if given["MODEL"].model == nil || given["INPUT"].table == nil {
		return
	}
	f.Model = b.namedModel(&given["MODEL"].model.Name, false)
	if c := given["CONFIG"]; c != nil {
		b.predictConfig(c)
	}
	table := given["INPUT"].table
	if f.Model == nil || isOpen(table) {
		return
	}
	b.described(f, table, given["ARGS"])
	f.columns = fresh(table.Columns())
	for _, o := range f.Model.Output {
		f.columns = append(f.columns, &Column{Name: o.Name, Type: o.Type, Value: f.Call})
	}
	f.columns = unique(f.columns)
}

// described matches the columns of the descriptor with the input of the model.
func (b *binder) described(f *Function, table Rel, args *tableArg) {
	input := f.Model.Input
	if len(args.descriptor) != len(input) {
		b.report(ArgumentCount, args.loc, "model %s takes %s, the descriptor has %d", f.Model.Path.Name, plural(len(input), "column"), len(args.descriptor))
		return
	}
	for i, name := range args.descriptor {
		c := columnOf(table, name.Name)
		if c == nil {
			suggest(b.report(UnknownColumn, name.Loc, "unknown column %q", name.Name), "the table", name.Name, columnNames(table.Columns()))
			continue
		}
		f.Call.Args = append(f.Call.Args, ref(c, name.Loc))
		if !types.CastsImplicitly(c.Type, input[i].Type) {
			b.report(ArgumentTypes, name.Loc, "model %s takes %s for %q, %q is %s", f.Model.Path.Name, input[i].Type, input[i].Name, name.Name, c.Type)
		}
	}
	if _, ok := f.Model.Options["provider"]; !ok {
		b.report(MissingOption, f.loc, "model %s has no option 'provider'", f.Model.Path.Name)
	}
}

// predictConfig checks the values of MAP['async', 'true', …]; keys that Flink does not know do nothing.
func (b *binder) predictConfig(arg *tableArg) {
	m, ok := arg.value.(*Call)
	if !ok || m.Name != "MAP" {
		return
	}
	for i := 0; i+1 < len(m.Args); i += 2 {
		key, isKey := m.Args[i].(*Literal)
		value, isValue := m.Args[i+1].(*Literal)
		if !isKey || !isValue || strings.Trim(key.Text, "'") != "async" {
			continue
		}
		if text := strings.ToLower(strings.Trim(value.Text, "'")); text != "true" && text != "false" {
			b.report(ArgumentTypes, value.Place(), "async is true or false, not %s", value.Text)
		}
	}
}
