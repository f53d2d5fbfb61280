//go:build clusters

package s3_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/dfstest"
	"github.com/autostream/autostream/internal/dfs/s3"
	rig "github.com/autostream/autostream/rigs/s3"
)

func credentials(access, secret string) func(context.Context) (s3.Credentials, error) {
	return func(context.Context) (s3.Credentials, error) {
		return s3.Credentials{AccessKey: access, SecretKey: secret}, nil
	}
}

func TestStore(t *testing.T) {
	store := rig.Start(t)
	store.Bucket(t, "states")
	o := s3.Options{
		Endpoint: store.Endpoint, Bucket: "states", Credentials: credentials(store.AccessKey, store.SecretKey),
	}
	f := s3.New(o)
	dfstest.Run(t, dfstest.Config{FS: f, Dir: "/suite", Objects: true})

	t.Run("folders of thousands", func(t *testing.T) {
		const n = 1234
		for i := range n {
			if err := f.Create(t.Context(), fmt.Sprintf("/many/%04d", i), strings.NewReader("x"), dfs.Attributes{}); err != nil {
				t.Fatal(err)
			}
		}
		if all, err := f.List(t.Context(), "/many"); err != nil || len(all) != n {
			t.Errorf("List = %d entries, %v", len(all), err)
		}
		if err := f.Delete(t.Context(), "/many"); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Stat(t.Context(), "/many"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after Delete: %v", err)
		}
	})
	t.Run("refuses strangers", func(t *testing.T) {
		for _, c := range []func(context.Context) (s3.Credentials, error){credentials("nobody", "x"), credentials(store.AccessKey, "wrong")} {
			o.Credentials = c
			if _, err := s3.New(o).List(t.Context(), "/"); fault.KindOf(err) != fault.Denied {
				t.Errorf("List: %v", err)
			}
		}
	})
	t.Run("no such bucket", func(t *testing.T) {
		o.Bucket, o.Credentials = "none", credentials(store.AccessKey, store.SecretKey)
		if _, err := s3.New(o).List(t.Context(), "/"); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "no bucket none") {
			t.Errorf("List: %v", err)
		}
	})
	t.Run("a busy store is asked again", func(t *testing.T) {
		o.Bucket, o.HTTP = "states", &http.Client{Transport: &busy{}}
		if err := s3.New(o).Create(t.Context(), "/busy", strings.NewReader("x"), dfs.Attributes{}); err != nil {
			t.Errorf("Create: %v", err)
		}
	})
}

// busy answers every second request as a store does that has too much to do.
type busy struct{ n int }

func (b *busy) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.n++; b.n%2 == 1 {
		return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: http.NoBody, Header: http.Header{}}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}
