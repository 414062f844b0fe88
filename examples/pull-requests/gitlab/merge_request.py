"""Fetches what a merge request declares, and writes the comment on it: GitLab's API, the standard library alone.

merge_request.py fetch FILE     declared.json of the merge request's last pipeline, which may have run in a fork
merge_request.py comment FILE   a note with that text, in the place of the one that has the same first line
"""

from __future__ import annotations

import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

LARGEST = 5_000_000
PAGE = 100


def main(verb: str, file: str) -> None:
    """Run the command line."""
    {"fetch": fetch, "comment": comment}[verb](Path(file))


def fetch(file: Path) -> None:
    """Fetch what the fork declared: data, which must be about the project and stack that this pipeline is about."""
    request = json.loads(_asked(_here()))
    pipeline = request["head_pipeline"]
    if pipeline is None or pipeline["sha"] != request["sha"]:
        sys.exit("The merge request's last commit has no pipeline yet: start this one again when it has.")
    jobs = json.loads(_asked(f"projects/{pipeline['project_id']}/pipelines/{pipeline['id']}/jobs?scope[]=success"))
    declare = next((job for job in jobs if job["name"] == "declare"), None)
    if declare is None:
        sys.exit("The job declare has not succeeded in the merge request's last pipeline.")
    text = _asked(f"projects/{pipeline['project_id']}/jobs/{declare['id']}/artifacts/declared.json")
    declared = json.loads(text)
    # A fork may claim to be another project or stack, to be shown what that one holds.
    if (declared.get("project"), declared.get("stack")) != (os.environ["IVS_PROJECT"], os.environ["IVS_STACK"]):
        sys.exit("What it declares is not about this project and stack.")
    file.write_bytes(text)


def comment(file: Path) -> None:
    """Write the note."""
    text = file.read_text(encoding="utf-8")
    marker = text.splitlines()[0]
    me = json.loads(_asked("user"))["id"]
    body = json.dumps({"body": text}).encode()
    for note in _notes():
        if note["author"]["id"] == me and note["body"].splitlines()[:1] == [marker]:
            _asked(f"{_here()}/notes/{note['id']}", "PUT", body)
            return
    _asked(f"{_here()}/notes", "POST", body)


def _notes() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        notes = json.loads(_asked(f"{_here()}/notes?per_page={PAGE}&page={page}"))
        found += notes
        if len(notes) < PAGE:
            return found
        page += 1


def _here() -> str:
    project = urllib.parse.quote(os.environ["CI_PROJECT_ID"], safe="")
    return f"projects/{project}/merge_requests/{int(os.environ['IVS_MERGE_REQUEST'])}"


def _asked(path: str, method: str = "GET", body: bytes | None = None) -> bytes:
    headers = {"PRIVATE-TOKEN": os.environ["IVS_COMMENT_TOKEN"], "Content-Type": "application/json"}
    request = urllib.request.Request(f"{os.environ['CI_API_V4_URL']}/{path}", body, headers, method=method)  # noqa: S310 -- GitLab's own URL
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- as above
        text: bytes = answer.read(LARGEST + 1)
    if len(text) > LARGEST:
        sys.exit(f"{path} is longer than {LARGEST:,} bytes.")
    return text


if __name__ == "__main__":
    main(*sys.argv[1:])
