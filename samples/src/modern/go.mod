module example.com/modern

go 1.27

godebug multipathtcp=0
