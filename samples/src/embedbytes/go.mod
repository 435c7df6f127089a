module example.com/embedbytes

go 1.21
