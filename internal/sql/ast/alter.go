package ast

import "github.com/autostream/autostream/internal/sql/token"

// Object is the kind of thing that CREATE, ALTER, DROP, DESCRIBE and SHOW are about.
type Object uint8

// The objects.
const (
	NoObject Object = iota
	TableObject
	MaterializedTableObject
	ViewObject
	CatalogObject
	DatabaseObject
	FunctionObject
	ModelObject
	ConnectionObject
	ModuleObject
	JobObject
)

var objects = [...]string{
	TableObject: "TABLE", MaterializedTableObject: "MATERIALIZED TABLE", ViewObject: "VIEW", CatalogObject: "CATALOG", DatabaseObject: "DATABASE",
	FunctionObject: "FUNCTION", ModelObject: "MODEL", ConnectionObject: "CONNECTION", ModuleObject: "MODULE", JobObject: "JOB",
}

// String returns the words of the grammar.
func (o Object) String() string { return objects[o] }

// Drop is
//
//	DROP [TEMPORARY [SYSTEM]] object [IF EXISTS] name [RESTRICT | CASCADE]
type Drop struct {
	Loc
	Object    Object
	Temporary bool
	System    bool
	IfExists  bool
	Name      Name
	Behaviour token.Kind // databases only: token.RESTRICT, token.CASCADE or 0
}

// Alter is
//
//	ALTER [TEMPORARY [SYSTEM]] object [IF EXISTS] name action
type Alter struct {
	Loc
	Object    Object
	Temporary bool
	System    bool
	IfExists  bool
	Name      Name
	Action    AlterAction
}

// The actions of ALTER.
type (
	// RenameTo is RENAME TO name.
	RenameTo struct {
		Loc
		Name Name
	}
	// RenameColumn is RENAME name TO name.
	RenameColumn struct {
		Loc
		Old, New Name
	}
	// SetOptions is SET ( options ).
	SetOptions struct {
		Loc
		Options *Options
	}
	// ResetOptions is RESET ( keys ).
	ResetOptions struct {
		Loc
		Keys *Keys
	}
	// SetComment is COMMENT 'text' of a catalog.
	SetComment struct {
		Loc
		Comment Text
	}
	// AddElements is ADD element, or ADD ( element, … ).
	AddElements struct {
		Loc
		Parens   bool
		Elements []TableElement
	}
	// ModifyElements is MODIFY element, or MODIFY ( element, … ).
	ModifyElements struct {
		Loc
		Parens   bool
		Elements []TableElement
	}
	// DropColumns is DROP name, or DROP ( name, … ).
	DropColumns struct {
		Loc
		Parens  bool
		Columns []Name
	}
	// DropPart is DROP PRIMARY KEY | WATERMARK | DISTRIBUTION.
	DropPart struct {
		Loc
		Part token.Kind // token.PRIMARY, token.WATERMARK, token.DISTRIBUTION
	}
	// DropConstraint is DROP CONSTRAINT name.
	DropConstraint struct {
		Loc
		Name Ident
	}
	// AddPartitions is ADD [IF NOT EXISTS] PARTITION ( … ) [WITH ( options )] [PARTITION …]…
	AddPartitions struct {
		Loc
		IfNotExists bool
		Partitions  []PartitionWith
	}
	// PartitionWith is a partition with its options.
	PartitionWith struct {
		Loc
		Partition *Partition
		With      *Options
	}
	// DropPartitions is DROP [IF EXISTS] PARTITION ( … ) [, PARTITION …]…
	DropPartitions struct {
		Loc
		IfExists   bool
		Partitions []*Partition
	}
	// Suspend is SUSPEND.
	Suspend struct{ Loc }
	// Resume is RESUME [WITH ( options )].
	Resume struct {
		Loc
		With *Options
	}
	// Refresh is REFRESH [PARTITION ( … )].
	Refresh struct {
		Loc
		Partition *Partition
	}
	// SetFreshness is SET FRESHNESS = interval.
	SetFreshness struct {
		Loc
		Freshness Expr
	}
	// SetRefreshMode is SET REFRESH_MODE = FULL | CONTINUOUS.
	SetRefreshMode struct {
		Loc
		Mode token.Kind
	}
	// SetStartMode is SET START_MODE = mode, since 2.3.
	SetStartMode struct {
		Loc
		Mode *StartMode
	}
	// AsQuery is AS query, with START_MODE before it from 2.3 on.
	AsQuery struct {
		Loc
		StartMode *StartMode
		Query     Query
	}
	// SetClass is AS 'class' [LANGUAGE …] of a function.
	SetClass struct {
		Loc
		Class    Text
		Language token.Kind
	}
	// Compact is COMPACT, which went away with 2.0.
	Compact struct {
		Loc
		Partition *Partition
	}
)

func (*RenameTo) alterAction()       {}
func (*RenameColumn) alterAction()   {}
func (*SetOptions) alterAction()     {}
func (*ResetOptions) alterAction()   {}
func (*SetComment) alterAction()     {}
func (*AddElements) alterAction()    {}
func (*ModifyElements) alterAction() {}
func (*DropColumns) alterAction()    {}
func (*DropPart) alterAction()       {}
func (*DropConstraint) alterAction() {}
func (*AddPartitions) alterAction()  {}
func (*DropPartitions) alterAction() {}
func (*Suspend) alterAction()        {}
func (*Resume) alterAction()         {}
func (*Refresh) alterAction()        {}
func (*SetFreshness) alterAction()   {}
func (*SetRefreshMode) alterAction() {}
func (*SetStartMode) alterAction()   {}
func (*AsQuery) alterAction()        {}
func (*SetClass) alterAction()       {}
func (*Compact) alterAction()        {}

func (*Drop) statement()  {}
func (*Alter) statement() {}
