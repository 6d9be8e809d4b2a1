"""What the mock is to do, read off a contract: resources, one behaviour for each operation, and the reasons."""
