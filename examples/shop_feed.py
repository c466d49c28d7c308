#!/usr/bin/env python3
"""Makes the images of a shop's own export lighter, and writes the export again with the new URLs in place of the old.

    shop_feed.py EXPORT URL_COLUMN NAME_COLUMN > NEW_EXPORT

Rows without an image (variants, options) go through as they are. So does a row of which an image failed: it keeps all of
its old URLs, and is named on stderr. HALVE_URL and HALVE_API_KEY say where the server is. Python 3.9 or newer, no packages.
"""
import csv, io, json, os, sys, time, urllib.parse, urllib.request

SERVER = os.environ.get("HALVE_URL", "http://127.0.0.1:8000").rstrip("/")
OUTPUT = "Output Image Urls"


def call(path, body=None):
    headers = {"content-type": "text/csv"} if body is not None else {}
    if key := os.environ.get("HALVE_API_KEY"):
        headers["authorization"] = f"Bearer {key}"
    with urllib.request.urlopen(urllib.request.Request(SERVER + path, body, headers)) as answer:
        return answer.read()


def table(rows, fields, dialect):
    text = io.StringIO()
    writer = csv.DictWriter(text, fields, dialect=dialect, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def lighter(rows, url_column, name_column):
    """The output cell of each row, in order. Only these three columns leave this machine."""
    fields = ["S. No.", name_column, url_column]
    numbered = [{**row, "S. No.": number} for number, row in enumerate(rows, 1)]
    query = urllib.parse.urlencode({"url_column": url_column, "name_column": name_column})
    accepted = json.loads(call(f"/upload?{query}", table(numbered, fields, "excel").encode()))
    request_id = accepted["request_id"]
    while json.loads(call(f"/status/{request_id}"))["progress"] < 100:
        time.sleep(1)
    output = io.StringIO(call(f"/output_csv/{request_id}").decode(), newline="")
    return [row[OUTPUT] for row in csv.DictReader(output)]


def main(path, url_column, name_column):
    with open(path, encoding="utf-8-sig", newline="") as file:
        dialect = "excel-tab" if "\t" in file.readline() else "excel"
        file.seek(0)
        reader = csv.DictReader(file, dialect=dialect)
        rows, fields = list(reader), reader.fieldnames
    with_images = [row for row in rows if (row[url_column] or "").strip()]
    for row, cell in zip(with_images, lighter(with_images, url_column, name_column)):
        if all(cell.split(",")):
            row[url_column] = cell
        else:
            print(f"kept as it was: {row[name_column]}", file=sys.stderr)
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(table(rows, fields, dialect))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except urllib.error.HTTPError as refused:
        sys.exit(f"{refused.code}: {refused.read().decode()}")
