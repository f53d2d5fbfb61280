package s3

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The example of the reference: "Authenticating Requests: Using the Authorization Header", GET Object.
func TestSign(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://examplebucket.s3.amazonaws.com/test.txt", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Range", "bytes=0-9")
	c := Credentials{AccessKey: "AKIAIOSFODNN7EXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	sign(r, nil, c, "us-east-1", time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC))
	const want = "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
	if got := r.Header.Get("Authorization"); !strings.HasSuffix(got, want) {
		t.Errorf("signed with %s, want %s", got, want)
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/a b/c+d":  "/a%20b/c%2Bd",
		"/ä~._-@":   "/%C3%A4~._-%40",
		"/100%&?#=": "/100%25%26%3F%23%3D",
	} {
		if got := escape(text, "/"); got != want {
			t.Errorf("escape(%q) = %q, want %q", text, got, want)
		}
	}
}
