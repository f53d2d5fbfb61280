// What binding finds wrong.

package bind

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
)

// The rules of names. Findings of this package are always errors: Flink refuses the statement.
var (
	UnknownTable     = diag.Rule{ID: "AS2001", Name: "unknown-table", Category: diag.Name, Text: "Flink looks a table up in the session: temporary objects first, then the catalog and database in use. Names are case-sensitive."}
	AmbiguousColumn  = diag.Rule{ID: "AS2002", Name: "ambiguous-column", Category: diag.Name, Text: "More than one table of the FROM clause has a column of this name. The common column of a NATURAL JOIN cannot be named at all; USING makes one that can."}
	UnknownColumn    = diag.Rule{ID: "AS2003", Name: "unknown-column", Category: diag.Name, Text: "No table of the FROM clause has a column of this name. Names of columns are case-sensitive."}
	UnknownFunction  = diag.Rule{ID: "AS2004", Name: "unknown-function", Category: diag.Name, Text: "The function is neither built into this release of Flink nor declared with CREATE FUNCTION before the statement. Names of functions are not case-sensitive."}
	UnknownNamespace = diag.Rule{ID: "AS2005", Name: "unknown-catalog-or-database", Category: diag.Name, Text: "The catalog or database has not been created before it is used, or the module has not been loaded."}
	AlreadyExists    = diag.Rule{ID: "AS2006", Name: "already-exists", Category: diag.Name, Text: "An object of this name was created before, in the same catalog and database."}
	DuplicateColumn  = diag.Rule{ID: "AS2007", Name: "duplicate-column", Category: diag.Name, Text: "A column of a table has one declaration, and a column of a sink is assigned once."}
	UnknownField     = diag.Rule{ID: "AS2008", Name: "unknown-field", Category: diag.Name, Text: "The row has no field of this name, or the value is no row."}
	UnknownType      = diag.Rule{ID: "AS2009", Name: "unknown-type", Category: diag.Name, Text: "Flink takes any name for a type while it parses, and refuses those it does not have when the statement runs."}
	UnknownModel     = diag.Rule{ID: "AS2014", Name: "unknown-model", Category: diag.Name, Text: "The model has not been declared with CREATE MODEL before it is used. Names of models are case-sensitive."}
	DuplicateTable   = diag.Rule{ID: "AS2011", Name: "duplicate-table-name", Category: diag.Name, Text: "Two items of one FROM clause have the same name, so that nothing can tell their columns apart."}
	WrongObject      = diag.Rule{ID: "AS2012", Name: "wrong-object", Category: diag.Name, Text: "The object is there, and is of another kind: ALTER TABLE and DROP TABLE do not see views, ALTER VIEW and DROP VIEW no tables. What is temporary is dropped by DROP TEMPORARY, and cannot be altered."}
	InUse            = diag.Rule{ID: "AS2013", Name: "in-use", Category: diag.Name, Text: "The current catalog and database cannot be dropped, and a database with something in it only with CASCADE."}
	UnknownWindow    = diag.Rule{ID: "AS2010", Name: "unknown-window", Category: diag.Name, Text: "OVER names a window that the WINDOW clause does not define."}
)

// The rules of types.
var (
	ColumnCount      = diag.Rule{ID: "AS3001", Name: "column-count", Category: diag.Type, Text: "Two lists of columns that have to match have different lengths: a query and its sink, two sides of a set operation, a view and the names given to it."}
	SinkType         = diag.Rule{ID: "AS3002", Name: "sink-column-type", Category: diag.Type, Text: "Before a sink Flink inserts only casts that lose nothing, such as INT to BIGINT. Everything else needs a CAST in the query."}
	OperandTypes     = diag.Rule{ID: "AS3003", Name: "operand-types", Category: diag.Type, Text: "The operator has no meaning for values of these types. A string is compared with a time by itself, with a number it is not."}
	BranchTypes      = diag.Rule{ID: "AS3004", Name: "branch-types", Category: diag.Type, Text: "All results of CASE, all rows of VALUES and all inputs of a set operation need one type that Flink can cast them to."}
	CastTypes        = diag.Rule{ID: "AS3005", Name: "cast", Category: diag.Type, Text: "There is no conversion between these types."}
	ArgumentCount    = diag.Rule{ID: "AS3006", Name: "argument-count", Category: diag.Type, Text: "The function takes another number of arguments."}
	ArgumentTypes    = diag.Rule{ID: "AS3007", Name: "argument-types", Category: diag.Type, Text: "The function does not take values of these types."}
	NotGrouped       = diag.Rule{ID: "AS3008", Name: "not-grouped", Category: diag.Type, Text: "In a grouped query every column is either a key of GROUP BY or inside an aggregate function. Aliases and positions are no keys."}
	MisusedAggregate = diag.Rule{ID: "AS3009", Name: "misused-aggregate", Category: diag.Type, Text: "Aggregate functions stand in SELECT, HAVING, QUALIFY and ORDER BY, and not inside each other."}
	MisusedFunction  = diag.Rule{ID: "AS3017", Name: "misused-function", Category: diag.Type, Text: "Some functions work in one place only: PREV and its kin in MATCH_RECOGNIZE, ROW_NUMBER with OVER, TUMBLE in GROUP BY or as a table, TUMBLE_START in a query that is grouped by the same TUMBLE, functions of tables in FROM."}
	WatermarkType    = diag.Rule{ID: "AS3010", Name: "watermark-type", Category: diag.Type, Text: "A rowtime attribute is a TIMESTAMP or TIMESTAMP_LTZ of millisecond precision or less, and its watermark has the type of the column."}
	LiteralText      = diag.Rule{ID: "AS3014", Name: "literal", Category: diag.Type, Text: "The text of the literal is none of its type: a date that does not exist, an interval with more digits than its unit has, a number that fits into no type."}
	JoinForm         = diag.Rule{ID: "AS3015", Name: "join-form", Category: diag.Type, Text: "INNER, LEFT, RIGHT and FULL joins have a condition, CROSS JOIN has none, and a table as of a time stands on the right of an inner or left join."}
	IllegalNull      = diag.Rule{ID: "AS3013", Name: "untyped-null", Category: diag.Type, Text: "NULL alone has no type, and Flink takes it only where the type follows from what stands beside it: in comparisons, CASE, COALESCE and IN. As a column of SELECT or VALUES and as an operand it needs a CAST."}
	CreateAs         = diag.Rule{ID: "AS3016", Name: "create-as", Category: diag.Type, Text: "CREATE TABLE … AS takes its columns from the query. Since Flink 2.0 columns, a primary key and a watermark can be declared beside it, before that they cannot."}
	FrameForm        = diag.Rule{ID: "AS3020", Name: "window-frame", Category: diag.Type, Text: "ROWS counts rows, RANGE measures along one column in its own unit: intervals along a time, numbers along a number. Rankings, LAG and LEAD have no frame, and a window that is based on another only adds what that one does not have."}
	LikeForm         = diag.Rule{ID: "AS3021", Name: "like-conflict", Category: diag.Type, Text: "Both tables declare the same, and LIKE does not say which counts. Each feature is named once; generated and metadata columns, options and watermarks can be overwritten, all else only excluded. INCLUDING OPTIONS wants options that differ, while LIKE alone lets the new ones win."}
	UnassignedColumn = diag.Rule{ID: "AS3022", Name: "unassigned-column", Category: diag.Type, Text: "INSERT with a list of columns writes NULL into those that it leaves out. One that is declared NOT NULL, as every column of a primary key is, has to be in the list."}
	AlterConflict    = diag.Rule{ID: "AS3018", Name: "alter-conflict", Category: diag.Type, Text: "ALTER TABLE keeps a table whole. ADD takes a key, watermark or distribution where there is none, MODIFY and DROP where there is one; a column that a key, partition, distribution, watermark or computed column uses is neither dropped nor renamed; what is computed of a changed column has to fit its new type."}
	InvalidKey       = diag.Rule{ID: "AS3011", Name: "invalid-key", Category: diag.Type, Text: "A primary key names physical columns of the table, each once, and a table has one."}
)

// Rules returns all of them, in the order of their ids.
func Rules() []diag.Rule {
	return append([]diag.Rule{
		UnknownTable, AmbiguousColumn, UnknownColumn, UnknownFunction, UnknownNamespace, AlreadyExists, DuplicateColumn,
		UnknownField, UnknownType, UnknownWindow, DuplicateTable, WrongObject, InUse, UnknownModel,
		ColumnCount, SinkType, OperandTypes, BranchTypes, CastTypes, ArgumentCount, ArgumentTypes, NotGrouped,
		MisusedAggregate, WatermarkType, InvalidKey, IllegalNull, CreateAs, LiteralText, JoinForm, MisusedFunction, AlterConflict, FrameForm, LikeForm, UnassignedColumn,
	}, NoConnector, UnknownConnector, MissingOption, UnknownOption, OptionValue, OptionConflict, FormatUse, ConnectorUse, ConnectorKey,
		MetadataKey, HintUse, BatchSource, ColumnType)
}

// report adds a finding about a place. The result may be given a way out.
func (b *binder) report(rule diag.Rule, at ast.Loc, format string, args ...any) *diag.Finding {
	f := rule.At(b.file, at.Span(), fmt.Sprintf(format, args...), "")
	f.Statement = b.out.Number
	b.out.Findings = append(b.out.Findings, f)
	return &b.out.Findings[len(b.out.Findings)-1]
}

// suggest adds the nearest of the known names to a finding, or all of them when they are few.
func suggest(f *diag.Finding, owner, name string, known []string) {
	if near, ok := diag.Nearest(name, known); ok {
		f.Help = fmt.Sprintf("did you mean %s?", near)
		return
	}
	if len(known) > 0 && len(known) <= 8 {
		f.Help = fmt.Sprintf("%s has %s", owner, strings.Join(known, ", "))
	}
}

// fold makes names of functions equal whatever their case.
func fold(s string) string { return strings.ToUpper(s) }
