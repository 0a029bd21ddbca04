//! A body of several parts, as forms send them (RFC 7578): its files go into the store while they arrive, its
//! texts are held in memory within limits.

mod head;
mod parts;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::problem::Problem;
use crate::store::Fault;
use crate::store::blobs::Staged;
use crate::upload::{self, Arriving, Expected, Pieces};
use head::Disposition;
use parts::Parts;

/// The most parts of a form.
const MAX_PARTS: usize = 1000;

/// The most bytes that all texts of a form may have together.
const MAX_TEXT: usize = 4 << 20;

/// A form that has arrived whole.
pub(crate) struct Form {
    /// Name and text of each field, in their order; a name may come again.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) files: Vec<FilePart>,
}

/// A file of a form.
pub(crate) struct FilePart {
    /// The name of its field.
    pub(crate) field: String,
    /// What the client calls the file.
    pub(crate) file_name: String,
    pub(crate) staged: Staged,
}

impl FilePart {
    /// All of the file, of at most `most` bytes.
    pub(crate) fn bytes(&self, most: u64) -> Result<Vec<u8>, Problem> {
        let bytes = self.staged.bytes(most).map_err(Fault::from)?;
        bytes.ok_or_else(|| Problem::bad(format!("{:?} has more than {most} bytes", self.file_name)))
    }
}

impl Form {
    /// Takes out the file of a field that must be there.
    pub(crate) fn take_file(&mut self, field: &str) -> Result<FilePart, Problem> {
        let index = self.files.iter().position(|file| file.field == field);
        let index =
            index.ok_or_else(|| Problem::bad(format!("the form has no file in its field {field:?}")))?;
        Ok(self.files.swap_remove(index))
    }
}

/// Takes a whole form in. Nothing of it is kept when it is too large or breaks off, or when it came with checksum
/// headers and none of its files is what they say.
pub(crate) async fn receive(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<Form, Problem> {
    let expected = Expected::read(headers)?;
    let boundary = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(head::boundary)
        .ok_or_else(|| Problem::bad("the body must be multipart/form-data with its boundary"))?;
    let arriving = upload::admit(app, headers, body)?;
    let form = read(app, Parts::new(arriving, &boundary)).await?;
    let mut compared = form
        .files
        .iter()
        .map(|file| expected.compare(&file.staged.digests));
    if let Some(Err(problem)) = compared.next()
        && !compared.any(|result| result.is_ok())
    {
        return Err(problem);
    }
    Ok(form)
}

async fn read(app: &Arc<App>, mut parts: Parts<Arriving>) -> Result<Form, Problem> {
    let mut form = Form {
        fields: Vec::new(),
        files: Vec::new(),
    };
    let mut text_left = MAX_TEXT;
    while let Some(disposition) = parts.next().await? {
        if form.fields.len() + form.files.len() == MAX_PARTS {
            return Err(Problem::bad(format!("a form has at most {MAX_PARTS} parts")));
        }
        let Disposition { name, file_name } = disposition;
        let mut content = parts.content();
        match file_name {
            Some(file_name) => form.files.push(FilePart {
                field: name,
                file_name,
                staged: upload::store(app, &mut content).await?,
            }),
            None => {
                let text = text(&mut content, text_left, &name).await?;
                text_left -= text.len();
                form.fields.push((name, text));
            }
        }
    }
    Ok(form)
}

async fn text(content: &mut impl Pieces, most: usize, name: &str) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = content.next().await? {
        if piece.len() > most - bytes.len() {
            return Err(Problem::bad(format!(
                "the form has more than {MAX_TEXT} bytes of text; is {name:?} a file without a name?"
            )));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| Problem::bad(format!("the field {name:?} is not UTF-8")))
}
