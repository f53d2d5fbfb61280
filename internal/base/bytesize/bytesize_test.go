package bytesize_test

import (
	"testing"

	"github.com/autostream/autostream/internal/base/bytesize"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1g": "1g", "1024m": "1g", "1728 mb": "1728m", "1.5g": "1536m", "4096": "4k", "0": "0b", "7b": "7b", "2 GibiBytes": "2g",
	} {
		size, err := bytesize.Parse(text)
		if err != nil || size.String() != want {
			t.Errorf("Parse(%q) = %v, %v; want %s", text, size, err, want)
		}
	}
	for _, text := range []string{"", "g", "-1g", "1x", "1e300t", "one", "1 g b"} {
		if size, err := bytesize.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", text, size)
		}
	}
}
