package parser

import "github.com/autostream/autostream/internal/sql/ast"

// slab hands out single nodes of one type from blocks, so that a script costs few allocations.
type slab[T any] struct {
	free []T
	size int // of the next block
}

// Blocks begin small and grow, but not beyond largestBlock: a block lives as long as one of its nodes does.
const (
	smallestBlock = 3
	largestBlock  = 256
	firstStack    = 16
)

// nextBlock is the size of the block after one of size n.
func nextBlock(n int) int { return min(max(smallestBlock, n+n/4), largestBlock) }

// expect sets the size of the first block.
func (s *slab[T]) expect(n int) { s.size = min(n, largestBlock) }

func (s *slab[T]) alloc() *T {
	if len(s.free) == 0 {
		s.free = make([]T, max(s.size, smallestBlock))
		s.size = nextBlock(len(s.free))
	}
	t := &s.free[0]
	s.free = s.free[1:]
	return t
}

// lists gathers the items of lists that may lie inside each other, and copies a finished one out of blocks.
type lists[T any] struct {
	stack []T
	free  []T
	size  int
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
	if n > len(l.free) {
		l.free = make([]T, max(n, l.size, smallestBlock))
		l.size = nextBlock(l.size)
	}
	out := l.free[:n:n]
	l.free = l.free[n:]
	return out
}

// expect sets the size of the first block.
func (l *lists[T]) expect(n int) { l.size = min(n, largestBlock) }

// slabs are the blocks of the nodes that make up most of a script.
type slabs struct {
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
	aliasNames  slab[ast.Ident]
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

	idents     lists[ast.Ident]
	exprs      lists[ast.Expr]
	items      lists[ast.SelectItem]
	groupItems lists[ast.GroupItem]
	orderItems lists[ast.OrderItem]
	elements   lists[ast.TableElement]
	options    lists[ast.Option]
	rowFields  lists[ast.RowField]
	whens      lists[ast.When]
}

// reserve sizes the first blocks by what a text of a length usually has, so that a single statement takes few blocks and
// leaves little of them unused.
func (s *slabs) reserve(length int) {
	s.columnRefs.expect(length / 36)
	s.idents.expect(length / 20)
	s.binaries.expect(length / 64)
	s.numbers.expect(length / 256)
	s.strings.expect(length / 256)
	s.calls.expect(length / 192)
	s.exprs.expect(length / 96)
	s.items.expect(length / 128)
	s.aliasNames.expect(length / 128)
}
