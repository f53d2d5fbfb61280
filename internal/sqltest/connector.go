package sqltest

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

// connectorJar is what sdk/java/sqltest/build makes. It is compiled against 1.20 and runs on every release from there on.
//
//go:embed connector.jar
var connectorJar []byte

// unpack writes the jars that sessions need into a folder: our connector, and the mocks.
func unpack(folder string, mocks []mock) (connector, stands string, err error) {
	connector = filepath.Join(folder, "autostream-sqltest.jar")
	if err := os.WriteFile(connector, connectorJar, 0o600); err != nil {
		return "", "", fmt.Errorf("writing the test connector: %w", err)
	}
	if len(mocks) == 0 {
		return connector, "", nil
	}
	jar, err := mockJar(mocks)
	if err != nil {
		return "", "", err
	}
	stands = filepath.Join(folder, "mocks.jar")
	if err := os.WriteFile(stands, jar, 0o600); err != nil {
		return "", "", fmt.Errorf("writing the stand-ins for functions: %w", err)
	}
	return connector, stands, nil
}
