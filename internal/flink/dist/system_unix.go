//go:build unix

package dist

import "golang.org/x/sys/unix"

// diskFull are the errors that mean "no room".
var diskFull = []error{unix.ENOSPC, unix.EDQUOT}

// freeSpace is the number of bytes an ordinary user may still write below dir.
func freeSpace(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // the types differ between systems
}
