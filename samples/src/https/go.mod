module example.com/https

go 1.21
