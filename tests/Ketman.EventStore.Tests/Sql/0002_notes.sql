-- Of the same component, but no part of the read model: a rebuild must leave it alone.
create table remarks (text text not null);
