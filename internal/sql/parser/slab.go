package parser

import "github.com/autostream/autostream/internal/sql/ast"

// slab hands out single nodes of one type from blocks, so that a script costs few allocations.
type slab[T any] struct {
	block []T
	used  int // how many of the block: counting writes no pointer, which the garbage collector would have to be told of
	next  int // size of the next block
}

// Blocks begin small and grow, but not beyond largestBlock: a block lives as long as one of its nodes does.
const (
	smallestBlock = 3
	largestBlock  = 64
	firstStack    = 16
)

// nextBlock is the size of the block after one of size n.
func nextBlock(n int) int { return min(max(smallestBlock, 2*n), largestBlock) }

// expect sets the least size of the next block.
func (s *slab[T]) expect(n int) { s.next = max(s.next, min(n, largestBlock)) }

func (s *slab[T]) alloc() *T {
	if s.used == len(s.block) {
		s.block = make([]T, max(s.next, smallestBlock))
		s.used, s.next = 0, nextBlock(len(s.block))
	}
	t := &s.block[s.used]
	s.used++
	return t
}

// put hands out a node with a value.
func (s *slab[T]) put(value T) *T {
	t := s.alloc()
	*t = value
	return t
}

// lists gathers the items of lists that may lie inside each other, and copies a finished one out of blocks.
type lists[T any] struct {
	stack []T
	block []T
	used  int
	next  int
}

// mark starts a list; its items are added with push and taken with keep.
func (l *lists[T]) mark() int {
	if l.stack == nil {
		l.stack = make([]T, 0, firstStack)
	}
	return len(l.stack)
}

func (l *lists[T]) push(t T) { l.stack = append(l.stack, t) }

// keep ends the list that began at mark and returns its items; nil when there are none.
func (l *lists[T]) keep(mark int) []T {
	items := l.stack[mark:]
	if len(items) == 0 {
		return nil
	}
	out := l.take(len(items))
	copy(out, items)
	l.stack = l.stack[:mark]
	return out
}

// take returns room for n items.
func (l *lists[T]) take(n int) []T {
	if n > len(l.block)-l.used {
		l.block = make([]T, max(n, l.next, smallestBlock))
		l.used, l.next = 0, nextBlock(l.next)
	}
	l.used += n
	return l.block[l.used-n : l.used : l.used]
}

// expect sets the least size of the next block.
func (l *lists[T]) expect(n int) { l.next = max(l.next, min(n, largestBlock)) }

// slabs are the blocks of the nodes that make up most of a script. Short texts that are parsed one after the other share
// blocks, and a tree that somebody keeps then keeps its neighbours; sharedText bounds how many.
type slabs struct {
	given       int // bytes of text whose nodes these blocks hold
	columnRefs  slab[ast.ColumnRef]
	calls       slab[ast.Call]
	numbers     slab[ast.Number]
	strings     slab[ast.String]
	binaries    slab[ast.Binary]
	parens      slab[ast.Paren]
	selects     slab[ast.Select]
	tables      slab[ast.Table]
	aliases     slab[ast.Alias]
	joins       slab[ast.Join]
	columns     slab[ast.Column]
	basics      slab[ast.BasicType]
	soleIdents  slab[ast.Ident]
	groupExprs  slab[ast.GroupExpr]
	casts       slab[ast.Cast]
	subqueries  slab[ast.Subquery]
	parenQuery  slab[ast.ParenQuery]
	deriveds    slab[ast.Derived]
	ins         slab[ast.In]
	betweens    slab[ast.Between]
	likes       slab[ast.Like]
	tests       slab[ast.Is]
	cases       slab[ast.Case]
	unaries     slab[ast.Unary]
	constants   slab[ast.Constant]
	stars       slab[ast.Star]
	rows        slab[ast.Row]
	windowSpecs slab[ast.WindowSpec]

	queryStatements slab[ast.QueryStatement]
	inserts         slab[ast.Insert]
	createTables    slab[ast.CreateTable]
	createViews     slab[ast.CreateView]
	createFunctions slab[ast.CreateFunction]
	drops           slab[ast.Drop]
	alters          slab[ast.Alter]
	explains        slab[ast.Explain]
	settings        slab[ast.Set]
	shows           slab[ast.Show]
	uses            slab[ast.Use]
	describes       slab[ast.Describe]
	withs           slab[ast.With]
	setQueries      slab[ast.SetOperation]
	orderedQueries  slab[ast.Ordered]
	valueQueries    slab[ast.Values]
	groupBys        slab[ast.GroupBy]
	groupSets       slab[ast.GroupSet]
	tableFunctions  slab[ast.TableFunction]
	snapshots       slab[ast.Snapshot]
	unnests         slab[ast.Unnest]
	parenTables     slab[ast.ParenTable]
	hintBlocks      slab[ast.Hints]
	tableArgs       slab[ast.TableArg]
	namedArgs       slab[ast.NamedArg]
	keywordCalls    slab[ast.KeywordCall]
	frames          slab[ast.Frame]
	intervals       slab[ast.Interval]
	fieldRefs       slab[ast.Field]
	indexes         slab[ast.Index]
	collections     slab[ast.Collection]
	jsonCalls       slab[ast.JSONCall]
	optionLists     slab[ast.Options]
	nameLists       slab[ast.Names]
	constraints     slab[ast.Constraint]
	watermarks      slab[ast.Watermark]
	metadataColumns slab[ast.Metadata]
	collectionTypes slab[ast.CollectionType]
	rowTypes        slab[ast.RowType]
	mapTypes        slab[ast.MapType]
	showCreates     slab[ast.ShowCreate]
	createDatabases slab[ast.CreateDatabase]
	dateTimes       slab[ast.DateTime]
	optionChanges   slab[ast.SetOptions]
	renames         slab[ast.RenameTo]
	addElements     slab[ast.AddElements]
	modifyElements  slab[ast.ModifyElements]

	soleTexts slab[ast.Text]
	soleNames slab[ast.Name]
	bounds    slab[ast.Bound]

	idents      lists[ast.Ident]
	exprs       lists[ast.Expr]
	items       lists[ast.SelectItem]
	groupItems  lists[ast.GroupItem]
	orderItems  lists[ast.OrderItem]
	elements    lists[ast.TableElement]
	options     lists[ast.Option]
	rowFields   lists[ast.RowField]
	whens       lists[ast.When]
	columnNames lists[ast.Name]
	withItems   lists[ast.WithItem]
	windowDefs  lists[ast.WindowDef]
	hintItems   lists[ast.Hint]
	hintArgs    lists[ast.HintArg]
	keywordArgs lists[ast.KeywordArg]
}

// reserve sizes the first blocks by what a text of a length usually has, so that a single statement takes few blocks and
// leaves little of them unused.
func (s *slabs) reserve(length int) {
	s.given += length
	s.columnRefs.expect(length / 36)
	s.idents.expect(length / 20)
	s.binaries.expect(length / 64)
	s.numbers.expect(length / 256)
	s.strings.expect(length / 256)
	s.calls.expect(length / 192)
	s.exprs.expect(length / 96)
	s.items.expect(length / 128)
	s.soleIdents.expect(length / 128)
}

// sharedText is how many bytes of text may share blocks.
const sharedText = 64 << 10

// retire starts new blocks once enough text has gone into the old ones.
func (s *slabs) retire() {
	if s.given >= sharedText {
		*s = slabs{}
	}
}
