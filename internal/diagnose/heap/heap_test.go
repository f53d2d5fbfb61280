package heap_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/diagnose/heap"
)

const before = ` num     #instances         #bytes  class name (module)
-------------------------------------------------------
   1:          1000         100000  [B (java.base@17.0.15)
   2:            10           2000  com.example.Order
   3:             5            400  [Lcom.example.Order;
   4:             1             16  java.lang.Object (java.base@17.0.15)
Total          1016         102416
`

const after = ` num     #instances         #bytes  class name (module)
   1:          1000         100000  [B (java.base@17.0.15)
   2:          5010        1002000  com.example.Order
   3:             2            160  [Lcom.example.Order;
   4:             1             16  java.lang.Object (java.base@17.0.15)
   5:             3            300  org.apache.flink.runtime.state.heap.CopyOnWriteStateMap$StateMapEntry
`

func TestDifference(t *testing.T) {
	t.Parallel()
	got := heap.Parse(after).Minus(heap.Parse(before))
	want := heap.Histogram{
		{Name: "com.example.Order", Instances: 5000, Bytes: 1000000},
		{Name: "org.apache.flink.runtime.state.heap.CopyOnWriteStateMap$StateMapEntry", Instances: 3, Bytes: 300},
		{Name: "com.example.Order[]", Instances: -3, Bytes: -240},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := got.Suspects(5); len(s) != 1 || s[0].Name != "com.example.Order" || s[0].Fix == "" {
		t.Errorf("suspects: %+v", s)
	}
}

func TestPlus(t *testing.T) {
	t.Parallel()
	h := heap.Parse(before)
	if sum := h.Plus(h); sum.Bytes() != 2*h.Bytes() || sum[0].Name != "byte[]" || sum[0].Instances != 2000 {
		t.Errorf("sum: %+v", sum)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(before)
	f.Add("1: 9223372036854775807 -9223372036854775808 [[[ x")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		h := heap.Parse(text)
		if len(h.Minus(h)) > 0 {
			t.Error("a heap differs from itself")
		}
		h.Suspects(10)
	})
}
