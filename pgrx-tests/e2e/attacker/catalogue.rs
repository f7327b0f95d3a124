//! What there is to attack: tables with their columns, keys between them, and functions with their arguments.

use std::collections::BTreeMap;

use postgres::Client;

pub struct Table {
    pub schema: String,
    pub name: String,
    pub columns: Vec<Column>,
    /// Tables that it refers to, or that refer to it.
    pub neighbours: Vec<String>,
}

pub struct Column {
    pub name: String,
    pub kind: String,
    pub is_generated: bool,
}

pub struct Function {
    pub schema: String,
    pub name: String,
    /// Name and type of each argument, and whether it may be left out.
    pub arguments: Vec<(String, String, bool)>,
}

pub struct Catalogue {
    pub tables: Vec<Table>,
    pub functions: Vec<Function>,
}

/// A value of the victim's by table and column, as text.
pub type Values = BTreeMap<(String, String), String>;

const SCHEMAS: &str = "('scheduling'::regnamespace, 'scheduling_private'::regnamespace)";

impl Catalogue {
    pub fn read(sql: &mut Client) -> Self {
        let tables = sql
            .query(
                &format!(
                    "select relnamespace::regnamespace::text, relname::text, oid from pg_class
                     where relnamespace in {SCHEMAS} and relkind in ('r', 'v', 'p', 'm') order by 1, 2"
                ),
                &[],
            )
            .expect("the catalogue can be read");
        let tables: Vec<_> = tables
            .iter()
            .map(|row| {
                let oid: u32 = row.get(2);
                Table {
                    schema: row.get(0),
                    name: row.get(1),
                    columns: columns(sql, oid),
                    neighbours: neighbours(sql, oid),
                }
            })
            .collect();
        assert!(tables.len() > 20, "{}", tables.len());
        Self {
            tables,
            functions: functions(sql),
        }
    }

    pub fn public(&self) -> impl Iterator<Item = &Table> {
        self.tables
            .iter()
            .filter(|table| table.schema == "scheduling")
    }

    /// Of each column a value, while nobody but the victim has rows.
    pub fn values(&self, sql: &mut Client) -> Values {
        let mut values = Values::new();
        for table in &self.tables {
            for column in &table.columns {
                let found = sql
                    .query_opt(
                        &format!(
                            "select {0}::text from {1}.{2} where {0} is not null limit 1",
                            column.name, table.schema, table.name
                        ),
                        &[],
                    )
                    .expect("a superuser may");
                if let Some(row) = found {
                    values.insert((table.name.clone(), column.name.clone()), row.get(0));
                }
            }
        }
        assert!(values.len() > 150, "{}", values.len());
        values
    }
}

fn columns(sql: &mut Client, table: u32) -> Vec<Column> {
    let rows = sql.query(
        "select quote_ident(attname), format_type(atttypid, null), attgenerated <> '' or attidentity <> ''
         from pg_attribute where attrelid = $1 and attnum > 0 and not attisdropped order by attnum",
        &[&table],
    );
    let rows = rows.expect("the catalogue can be read");
    rows.iter()
        .map(|row| Column {
            name: row.get(0),
            kind: row.get(1),
            is_generated: row.get(2),
        })
        .collect()
}

fn neighbours(sql: &mut Client, table: u32) -> Vec<String> {
    let rows = sql.query(
        "select distinct relname::text from pg_constraint
         join pg_class c on c.oid = case conrelid when $1 then confrelid else conrelid end
         where contype = 'f' and $1 in (conrelid, confrelid)",
        &[&table],
    );
    let rows = rows.expect("the catalogue can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

fn functions(sql: &mut Client) -> Vec<Function> {
    let rows = sql
        .query(
            &format!(
                "select pronamespace::regnamespace::text, proname::text,
                        coalesce(proargnames[:pronargs], '{{}}'),
                        array(select format_type(t, null) from unnest(proargtypes) with ordinality a (t, n) order by n),
                        (pronargs - pronargdefaults)::int
                 from pg_proc
                 where pronamespace in {SCHEMAS} and prokind = 'f' and prorettype <> 'trigger'::regtype
                   and not 'internal'::regtype = any (proargtypes::oid[]) order by 1, 2"
            ),
            &[],
        )
        .expect("the catalogue can be read");
    let functions: Vec<_> = rows
        .iter()
        .map(|row| {
            let (names, kinds): (Vec<String>, Vec<String>) = (row.get(2), row.get(3));
            let required: i32 = row.get(4);
            let arguments = names.into_iter().zip(kinds).enumerate();
            Function {
                schema: row.get(0),
                name: row.get(1),
                arguments: arguments
                    .map(|(n, (name, kind))| (name, kind, n as i32 >= required))
                    .collect(),
            }
        })
        .collect();
    assert!(functions.len() > 60, "{}", functions.len());
    functions
}
