"""Whether generated shops look like shops: figures beside what public statistics say of them."""
