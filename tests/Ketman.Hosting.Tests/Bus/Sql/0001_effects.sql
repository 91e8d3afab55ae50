create table effects (position bigint generated always as identity, stream varchar, version bigint, text varchar);
