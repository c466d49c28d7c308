// The API as types, made from /openapi.json. Not written by hand.
export interface paths {
    "/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a CSV; its images are processed from now on */
        post: {
            parameters: {
                query?: {
                    /** @description Encoder quality, 1-100 (default 50); with % that share of the source’s own quality. */
                    quality?: string;
                    /** @description Format to deliver: jpeg, png, webp, avif, gif or tiff; `same` (default) keeps the format of the source. */
                    format?: "jpeg" | "png" | "webp" | "avif" | "gif" | "tiff" | "jpg" | "same";
                    /** @description Pixels; larger pictures are scaled down to fit. */
                    max_width?: number;
                    /** @description Pixels; larger pictures are scaled down to fit. */
                    max_height?: number;
                    /** @description `copyright` (default) keeps copyright, IPTC and the AI label; `none` drops these too. GPS is always dropped. */
                    metadata?: "copyright" | "none";
                    /** @description Store what was downloaded beside the result. */
                    keep_originals?: string;
                    /** @description Names of the results (default {request_id}/{row}-{position}-{name}); also {seq} and {product}. The extension is added. */
                    key_template?: string;
                    /** @description Layout of the file: `auto` (default) finds it out, `none` goes by the content alone, an id names one. */
                    profile?: string;
                    /** @description Column with image URLs, where they are not found by themselves: its header’s text, a /pattern/, or #3 for the third. May be given more than once. */
                    url_column?: string[];
                    /** @description Column with the product name, likewise. */
                    name_column?: string;
                    /** @description Row that names the columns, as a spreadsheet numbers it, where it is not found by itself; 0 when none does. */
                    header_row?: number;
                    /** @description Rows without a picture or a name: `strict` refuses the file (default with `Input Image Urls`), `lenient` passes them through (default elsewhere). */
                    rows?: "strict" | "lenient";
                    /** @description What stands in front of relative paths of images. */
                    base_url?: string;
                    /** @description Encoding of the file, where it is not found by itself: utf-8, windows-1252, utf-16le, utf-16be, windows-1250, windows-1251, windows-1253, windows-1254, windows-1255, windows-1256, windows-1257, windows-1258, windows-874, iso-8859-2, iso-8859-4, iso-8859-5, iso-8859-7, iso-8859-8, iso-8859-13, iso-8859-15, iso-8859-16, macintosh, x-mac-cyrillic, koi8-r, koi8-u, ibm866, gbk, gb18030, big5, shift_jis, euc-jp, euc-kr. */
                    encoding?: string;
                    /** @description New URLs in the file to import: in the place of the old ones (`in_place`, default), or in the column that the layout’s importer reads (`profile`). */
                    write_to?: "in_place" | "profile";
                    /** @description Called when the request has ended. */
                    webhook_url?: string;
                };
                header?: {
                    /** @description A name of your own for this upload. Sent again with the same file and options, it answers the request that exists. */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "quality": "50",
                     *       "format": "same",
                     *       "metadata": "copyright"
                     *     }
                     */
                    "multipart/form-data": components["schemas"]["UploadInput"];
                    /**
                     * @example S. No.,Product Name,Input Image Urls
                     *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                     *     2,Lamp,https://cdn.shop.example/lamp.png
                     */
                    "text/csv": string;
                };
            };
            responses: {
                /** @description Accepted */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "status": "pending",
                         *       "products": 2,
                         *       "images": 3,
                         *       "status_url": "https://halve.example/status/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "profile": null,
                         *       "header_row": 1,
                         *       "url_columns": [
                         *         "Input Image Urls"
                         *       ],
                         *       "name_column": "Product Name",
                         *       "rows": {
                         *         "total": 2,
                         *         "passed_through": 0,
                         *         "with_problems": 0
                         *       },
                         *       "warnings": [],
                         *       "warning_counts": {}
                         *     }
                         */
                        "application/json": components["schemas"]["Accepted"];
                    };
                };
                /** @description The request is not valid, or: No CSV file was sent, or: The upload ended before it was complete */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The upload is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The content type is not supported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The CSV file has problems, or: An option is not valid, or: The idempotency key was used for another upload, or: The image cannot be downloaded or read */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute, or: Too many uploads at once */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a CSV; nothing is stored */
        post: {
            parameters: {
                query?: {
                    /** @description Encoder quality, 1-100 (default 50); with % that share of the source’s own quality. */
                    quality?: string;
                    /** @description Format to deliver: jpeg, png, webp, avif, gif or tiff; `same` (default) keeps the format of the source. */
                    format?: "jpeg" | "png" | "webp" | "avif" | "gif" | "tiff" | "jpg" | "same";
                    /** @description Pixels; larger pictures are scaled down to fit. */
                    max_width?: number;
                    /** @description Pixels; larger pictures are scaled down to fit. */
                    max_height?: number;
                    /** @description `copyright` (default) keeps copyright, IPTC and the AI label; `none` drops these too. GPS is always dropped. */
                    metadata?: "copyright" | "none";
                    /** @description Store what was downloaded beside the result. */
                    keep_originals?: string;
                    /** @description Names of the results (default {request_id}/{row}-{position}-{name}); also {seq} and {product}. The extension is added. */
                    key_template?: string;
                    /** @description Layout of the file: `auto` (default) finds it out, `none` goes by the content alone, an id names one. */
                    profile?: string;
                    /** @description Column with image URLs, where they are not found by themselves: its header’s text, a /pattern/, or #3 for the third. May be given more than once. */
                    url_column?: string[];
                    /** @description Column with the product name, likewise. */
                    name_column?: string;
                    /** @description Row that names the columns, as a spreadsheet numbers it, where it is not found by itself; 0 when none does. */
                    header_row?: number;
                    /** @description Rows without a picture or a name: `strict` refuses the file (default with `Input Image Urls`), `lenient` passes them through (default elsewhere). */
                    rows?: "strict" | "lenient";
                    /** @description What stands in front of relative paths of images. */
                    base_url?: string;
                    /** @description Encoding of the file, where it is not found by itself: utf-8, windows-1252, utf-16le, utf-16be, windows-1250, windows-1251, windows-1253, windows-1254, windows-1255, windows-1256, windows-1257, windows-1258, windows-874, iso-8859-2, iso-8859-4, iso-8859-5, iso-8859-7, iso-8859-8, iso-8859-13, iso-8859-15, iso-8859-16, macintosh, x-mac-cyrillic, koi8-r, koi8-u, ibm866, gbk, gb18030, big5, shift_jis, euc-jp, euc-kr. */
                    encoding?: string;
                    /** @description New URLs in the file to import: in the place of the old ones (`in_place`, default), or in the column that the layout’s importer reads (`profile`). */
                    write_to?: "in_place" | "profile";
                    /** @description Called when the request has ended. */
                    webhook_url?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "quality": "50",
                     *       "format": "same",
                     *       "metadata": "copyright"
                     *     }
                     */
                    "multipart/form-data": components["schemas"]["UploadInput"];
                    /**
                     * @example S. No.,Product Name,Input Image Urls
                     *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                     *     2,Lamp,https://cdn.shop.example/lamp.png
                     */
                    "text/csv": string;
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "valid": true,
                         *       "products": 2,
                         *       "images": 3,
                         *       "hosts": 1,
                         *       "profile": null,
                         *       "header_row": 1,
                         *       "url_columns": [
                         *         "Input Image Urls"
                         *       ],
                         *       "name_column": "Product Name",
                         *       "rows": {
                         *         "total": 2,
                         *         "passed_through": 0,
                         *         "with_problems": 0
                         *       },
                         *       "warnings": [],
                         *       "warning_counts": {},
                         *       "profile_label": null,
                         *       "header": [
                         *         "S. No.",
                         *         "Product Name",
                         *         "Input Image Urls"
                         *       ],
                         *       "columns": {
                         *         "urls": [
                         *           3
                         *         ],
                         *         "names": [
                         *           2
                         *         ],
                         *         "serial": 1
                         *       },
                         *       "candidates": [
                         *         {
                         *           "column": 3,
                         *           "header": "Input Image Urls",
                         *           "example": "https://cdn.shop.example/mug.jpg",
                         *           "urls": 2,
                         *           "why": "its name says so"
                         *         }
                         *       ],
                         *       "preview": [
                         *         {
                         *           "row": 1,
                         *           "spreadsheet_row": 2,
                         *           "name": "Mug",
                         *           "urls": [
                         *             "https://cdn.shop.example/mug.jpg",
                         *             "https://cdn.shop.example/mug-back.jpg"
                         *           ],
                         *           "cells": [
                         *             "1",
                         *             "Mug",
                         *             "https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *           ]
                         *         }
                         *       ],
                         *       "problems": []
                         *     }
                         */
                        "application/json": components["schemas"]["Validation"];
                    };
                };
                /** @description The request is not valid, or: No CSV file was sent, or: The upload ended before it was complete */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The upload is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The content type is not supported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The CSV file has problems, or: An option is not valid, or: The image cannot be downloaded or read */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute, or: Too many uploads at once */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State, progress, savings and links of a request */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "status": "completed",
                         *       "file_name": "products.csv",
                         *       "progress": 100,
                         *       "products": 2,
                         *       "images": {
                         *         "total": 3,
                         *         "processed": 3,
                         *         "failed": 0,
                         *         "pending": 0,
                         *         "cancelled": 0
                         *       },
                         *       "bytes": {
                         *         "in": 1284112,
                         *         "out": 502339,
                         *         "saved_percent": 60.9
                         *       },
                         *       "created_at": "2026-01-15T12:30:00.000Z",
                         *       "started_at": "2026-01-15T12:30:00.120Z",
                         *       "completed_at": "2026-01-15T12:30:01.250Z",
                         *       "options": {
                         *         "quality": "50",
                         *         "format": null,
                         *         "max_width": null,
                         *         "max_height": null,
                         *         "metadata": "copyright",
                         *         "keep_originals": false,
                         *         "key_template": "{request_id}/{row}-{position}-{name}",
                         *         "profile": "auto",
                         *         "url_column": [],
                         *         "name_column": null,
                         *         "header_row": null,
                         *         "rows": null,
                         *         "base_url": null,
                         *         "encoding": null,
                         *         "write_to": "in_place"
                         *       },
                         *       "profile": null,
                         *       "input_csv_url": "https://halve.example/input_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "failed_csv_url": null,
                         *       "output_url": "https://halve.example/output/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "import_url": "https://halve.example/import/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "zip_url": "https://halve.example/zip/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "images_url": "https://halve.example/status/46d69c15-c00f-4d7a-8905-9233aae5adf9/images",
                         *       "webhook": {
                         *         "url": "https://shop.example/hooks/halve"
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["Request"];
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of each image, in the order of the file or with the least saved first */
        get: {
            parameters: {
                query?: {
                    /** @description Only those in this state */
                    status?: "pending" | "processed" | "failed" | "cancelled";
                    /** @description Only the failed images with this error code */
                    code?: string;
                    /** @description `least_saved`: the 1000 processed images that saved least, the least first */
                    sort?: "file" | "least_saved";
                    /** @description The `next` of the page before; unset for the first */
                    cursor?: number;
                    /** @description Most entries on a page */
                    limit?: number;
                };
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "images": [
                         *         {
                         *           "seq": 1,
                         *           "row": 1,
                         *           "position": 1,
                         *           "product_name": "Mug",
                         *           "input_url": "https://cdn.shop.example/mug.jpg",
                         *           "output_url": "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-1-mug.jpg",
                         *           "original_url": null,
                         *           "status": "processed",
                         *           "error": null,
                         *           "http_status": 200,
                         *           "bytes_in": 431870,
                         *           "bytes_out": 168204,
                         *           "width": 1600,
                         *           "height": 1200,
                         *           "format": null,
                         *           "quality": 50,
                         *           "kept_original": false,
                         *           "encoder": null,
                         *           "source_quality": 90,
                         *           "attempts": 1,
                         *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                         *         }
                         *       ],
                         *       "next": null
                         *     }
                         */
                        "application/json": {
                            images: components["schemas"]["Image"][];
                            /** @description The cursor of the next page */
                            next: string | null;
                        };
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: `progress` with the status whenever it changes, then `done` */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example event: progress
                         *     data: {"status":"processing","progress":50}
                         */
                        "text/event-stream": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute, or: Too many event streams at once */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many images failed for which reason, also while the request runs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "failures": [
                         *         {
                         *           "code": "invalid_url",
                         *           "images": 3
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": components["schemas"]["Failures"];
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was saved by host, by format, and how it is distributed */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "hosts": [
                         *         {
                         *           "host": "text",
                         *           "images": 3,
                         *           "failed": 0,
                         *           "bytes_in": 431870,
                         *           "bytes_out": 168204
                         *         }
                         *       ],
                         *       "formats": [
                         *         {
                         *           "format": "jpeg",
                         *           "images": 3,
                         *           "failed": 0,
                         *           "bytes_in": 431870,
                         *           "bytes_out": 168204
                         *         }
                         *       ],
                         *       "tenths": [
                         *         1,
                         *         1,
                         *         1,
                         *         1,
                         *         1,
                         *         1,
                         *         1,
                         *         1,
                         *         1,
                         *         1
                         *       ],
                         *       "unchanged": 1
                         *     }
                         */
                        "application/json": components["schemas"]["Statistics"];
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make one image lighter and see both, before anything is started; nothing is stored */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "quality": "50",
                     *       "format": "jpeg",
                     *       "max_width": 1,
                     *       "max_height": 1,
                     *       "metadata": "copyright",
                     *       "url": "https://shop.example/hooks/halve"
                     *     }
                     */
                    "application/json": components["schemas"]["PreviewOfInput"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "figures": {
                         *         "bytes_in": 431870,
                         *         "bytes_out": 168204,
                         *         "width": 1600,
                         *         "height": 1200,
                         *         "format": "jpeg",
                         *         "quality": 50,
                         *         "kept_original": false,
                         *         "source_quality": 90
                         *       },
                         *       "original": "text",
                         *       "result": "text"
                         *     }
                         */
                        "multipart/form-data": {
                            figures: components["schemas"]["Preview"];
                            /** Format: binary */
                            original: string;
                            /** Format: binary */
                            result: string;
                        };
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The upload is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The content type is not supported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description An option is not valid, or: The image cannot be downloaded or read */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}/images/{seq}/original": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The picture as it came: the kept one, else downloaded again from the input URL */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                    /**
                     * @description The number of the image in the file, 1-based
                     * @example 1
                     */
                    seq: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example text */
                        "image/*": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The image cannot be downloaded or read */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status/{request_id}/images/{seq}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The delivered picture, through this server wherever it is stored */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                    /**
                     * @description The number of the image in the file, 1-based
                     * @example 1
                     */
                    seq: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example text */
                        "image/*": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/output_csv/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file as it came in, with one more column for each URL column */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example S. No.,Product Name,Input Image Urls
                         *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *     2,Lamp,https://cdn.shop.example/lamp.png
                         */
                        "text/csv": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/input_csv/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file as it came in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example S. No.,Product Name,Input Image Urls
                         *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *     2,Lamp,https://cdn.shop.example/lamp.png
                         */
                        "text/csv": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/report_csv/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One line per image: what became of it (always CSV, in UTF-8) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example S. No.,Product Name,Input Image Urls
                         *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *     2,Lamp,https://cdn.shop.example/lamp.png
                         */
                        "text/csv": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/failed_csv/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows with failed images and why, to be mended and uploaded again */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example S. No.,Product Name,Input Image Urls
                         *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *     2,Lamp,https://cdn.shop.example/lamp.png
                         */
                        "text/csv": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/output/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file as it came in, with one more column for each URL column */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example S. No.,Product Name,Input Image Urls
                         *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *     2,Lamp,https://cdn.shop.example/lamp.png
                         */
                        "text/*": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/import/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file as it came in, with each new URL in the place of the old one; a failed image keeps its old URL */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example S. No.,Product Name,Input Image Urls
                         *     1,Mug,"https://cdn.shop.example/mug.jpg,https://cdn.shop.example/mug-back.jpg"
                         *     2,Lamp,https://cdn.shop.example/lamp.png
                         */
                        "text/*": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/zip/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All results: the files, and the images below images/ */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example text */
                        "application/zip": string;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Requests, newest first
         * @description On a server with keys, those of the caller.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Only those in this state */
                    status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
                    /** @description Part of the file name, or the beginning of the id */
                    search?: string;
                    /** @description The `next` of the page before; unset for the first */
                    cursor?: string;
                    /** @description Most entries on a page */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "requests": [
                         *         {
                         *           "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "status": "completed",
                         *           "file_name": "products.csv",
                         *           "progress": 100,
                         *           "products": 2,
                         *           "images": {
                         *             "total": 3,
                         *             "processed": 3,
                         *             "failed": 0,
                         *             "pending": 0,
                         *             "cancelled": 0
                         *           },
                         *           "bytes": {
                         *             "in": 1284112,
                         *             "out": 502339,
                         *             "saved_percent": 60.9
                         *           },
                         *           "created_at": "2026-01-15T12:30:00.000Z",
                         *           "started_at": "2026-01-15T12:30:00.120Z",
                         *           "completed_at": "2026-01-15T12:30:01.250Z",
                         *           "options": {
                         *             "quality": "50",
                         *             "format": null,
                         *             "max_width": null,
                         *             "max_height": null,
                         *             "metadata": "copyright",
                         *             "keep_originals": false,
                         *             "key_template": "{request_id}/{row}-{position}-{name}",
                         *             "profile": "auto",
                         *             "url_column": [],
                         *             "name_column": null,
                         *             "header_row": null,
                         *             "rows": null,
                         *             "base_url": null,
                         *             "encoding": null,
                         *             "write_to": "in_place"
                         *           },
                         *           "profile": null,
                         *           "input_csv_url": "https://halve.example/input_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "failed_csv_url": null,
                         *           "output_url": "https://halve.example/output/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "import_url": "https://halve.example/import/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "zip_url": "https://halve.example/zip/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "images_url": "https://halve.example/status/46d69c15-c00f-4d7a-8905-9233aae5adf9/images",
                         *           "webhook": {
                         *             "url": "https://shop.example/hooks/halve"
                         *           }
                         *         }
                         *       ],
                         *       "next": null
                         *     }
                         */
                        "application/json": {
                            requests: components["schemas"]["Request"][];
                            next: string | null;
                        };
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The server has more to do than it can, or: A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{request_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a request; what is done stays, and its files are written */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "status": "completed",
                         *       "file_name": "products.csv",
                         *       "progress": 100,
                         *       "products": 2,
                         *       "images": {
                         *         "total": 3,
                         *         "processed": 3,
                         *         "failed": 0,
                         *         "pending": 0,
                         *         "cancelled": 0
                         *       },
                         *       "bytes": {
                         *         "in": 1284112,
                         *         "out": 502339,
                         *         "saved_percent": 60.9
                         *       },
                         *       "created_at": "2026-01-15T12:30:00.000Z",
                         *       "started_at": "2026-01-15T12:30:00.120Z",
                         *       "completed_at": "2026-01-15T12:30:01.250Z",
                         *       "options": {
                         *         "quality": "50",
                         *         "format": null,
                         *         "max_width": null,
                         *         "max_height": null,
                         *         "metadata": "copyright",
                         *         "keep_originals": false,
                         *         "key_template": "{request_id}/{row}-{position}-{name}",
                         *         "profile": "auto",
                         *         "url_column": [],
                         *         "name_column": null,
                         *         "header_row": null,
                         *         "rows": null,
                         *         "base_url": null,
                         *         "encoding": null,
                         *         "write_to": "in_place"
                         *       },
                         *       "profile": null,
                         *       "input_csv_url": "https://halve.example/input_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "failed_csv_url": null,
                         *       "output_url": "https://halve.example/output/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "import_url": "https://halve.example/import/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "zip_url": "https://halve.example/zip/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "images_url": "https://halve.example/status/46d69c15-c00f-4d7a-8905-9233aae5adf9/images",
                         *       "webhook": {
                         *         "url": "https://shop.example/hooks/halve"
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["Request"];
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request is not in a state that allows this */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{request_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Process the failed images of an ended request again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "status": "completed",
                         *       "file_name": "products.csv",
                         *       "progress": 100,
                         *       "products": 2,
                         *       "images": {
                         *         "total": 3,
                         *         "processed": 3,
                         *         "failed": 0,
                         *         "pending": 0,
                         *         "cancelled": 0
                         *       },
                         *       "bytes": {
                         *         "in": 1284112,
                         *         "out": 502339,
                         *         "saved_percent": 60.9
                         *       },
                         *       "created_at": "2026-01-15T12:30:00.000Z",
                         *       "started_at": "2026-01-15T12:30:00.120Z",
                         *       "completed_at": "2026-01-15T12:30:01.250Z",
                         *       "options": {
                         *         "quality": "50",
                         *         "format": null,
                         *         "max_width": null,
                         *         "max_height": null,
                         *         "metadata": "copyright",
                         *         "keep_originals": false,
                         *         "key_template": "{request_id}/{row}-{position}-{name}",
                         *         "profile": "auto",
                         *         "url_column": [],
                         *         "name_column": null,
                         *         "header_row": null,
                         *         "rows": null,
                         *         "base_url": null,
                         *         "encoding": null,
                         *         "write_to": "in_place"
                         *       },
                         *       "profile": null,
                         *       "input_csv_url": "https://halve.example/input_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "failed_csv_url": null,
                         *       "output_url": "https://halve.example/output/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "import_url": "https://halve.example/import/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "zip_url": "https://halve.example/zip/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *       "images_url": "https://halve.example/status/46d69c15-c00f-4d7a-8905-9233aae5adf9/images",
                         *       "webhook": {
                         *         "url": "https://shop.example/hooks/halve"
                         *       }
                         *     }
                         */
                        "application/json": components["schemas"]["Request"];
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request is not in a state that allows this */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget a request: its rows and its files, results included */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done; nothing to tell */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /** @example null */
                        "application/json": unknown;
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{request_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The webhooks of a request with every attempt */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The request, as the upload answered it
                     * @example 46d69c15-c00f-4d7a-8905-9233aae5adf9
                     */
                    request_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "deliveries": [
                         *         {
                         *           "id": "msg_2Kf4Tq1xwM0J5aYdVn7uRb",
                         *           "type": "request.completed",
                         *           "url": "https://shop.example/hooks/halve",
                         *           "status": "delivered",
                         *           "attempts": [
                         *             {
                         *               "attempt": 1,
                         *               "at": "2026-01-15T12:30:01.300Z",
                         *               "duration_ms": 110,
                         *               "http_status": 200,
                         *               "error": null,
                         *               "response_excerpt": ""
                         *             }
                         *           ],
                         *           "next_attempt_at": null,
                         *           "created_at": "2026-01-15T12:30:00.000Z",
                         *           "delivered_at": "2026-01-15T12:30:01.410Z"
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            deliveries: components["schemas"]["Delivery"][];
                        };
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries/{delivery_id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a webhook again, under the same id */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /**
                     * @description The delivery: its webhook-id
                     * @example msg_2Kf4Tq1xwM0J5aYdVn7uRb
                     */
                    delivery_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "id": "msg_2Kf4Tq1xwM0J5aYdVn7uRb",
                         *       "status": "pending"
                         *     }
                         */
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            status: "pending";
                        };
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the built-in receiver got, newest first
         * @description On a server with keys, what was signed and is about a request of the caller.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "received": [
                         *         {
                         *           "id": "msg_2Kf4Tq1xwM0J5aYdVn7uRb",
                         *           "type": "request.completed",
                         *           "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *           "verified": true,
                         *           "times": 1,
                         *           "received_at": "2026-01-15T12:30:01.410Z",
                         *           "payload": {
                         *             "type": "request.completed",
                         *             "timestamp": "2026-01-15T12:30:01.250Z",
                         *             "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *             "status": "completed",
                         *             "images": {
                         *               "total": 3,
                         *               "processed": 3,
                         *               "failed": 0,
                         *               "pending": 0
                         *             },
                         *             "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *             "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                         *             "output_images": [
                         *               "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-1-mug.jpg",
                         *               "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-2-mug-back.jpg",
                         *               "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/2-1-lamp.png"
                         *             ],
                         *             "output_images_truncated": false
                         *           }
                         *         }
                         *       ]
                         *     }
                         */
                        "application/json": {
                            received: {
                                id: string;
                                type: string;
                                request_id: string | null;
                                /** @description null: it was not signed */
                                verified: boolean | null;
                                /** @description How often this id came */
                                times: number;
                                /** Format: date-time */
                                received_at: string;
                                payload: unknown;
                            }[];
                        };
                    };
                };
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * A receiver to point a webhook_url at
         * @description A server with keys takes signed calls only.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "type": "request.completed",
                     *       "timestamp": "2026-01-15T12:30:01.250Z",
                     *       "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                     *       "status": "completed",
                     *       "images": {
                     *         "total": 3,
                     *         "processed": 3,
                     *         "failed": 0,
                     *         "pending": 0
                     *       },
                     *       "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                     *       "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                     *       "output_images": [
                     *         "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-1-mug.jpg",
                     *         "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-2-mug-back.jpg",
                     *         "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/2-1-lamp.png"
                     *       ],
                     *       "output_images_truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "Webhook received"
                         *     }
                         */
                        "application/json": {
                            /** @enum {string} */
                            status: "Webhook received";
                        };
                    };
                };
                /** @description The request is not valid */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The request took too long to arrive */
                408: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The upload is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The content type is not supported */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ok"
                         *     }
                         */
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process can take work */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example {
                         *       "status": "ok"
                         *     }
                         */
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
                /** @description A part of the service is not available */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        /**
                         * @example # TYPE halve_queue_depth gauge
                         *     halve_queue_depth 12
                         */
                        "text/plain": string;
                    };
                };
                /** @description Too many calls in a minute */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    requestEnded: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sent to the webhook_url of a request when it has ended
         * @description Signed by Standard Webhooks; repeated under the same webhook-id until it is answered with a 2xx.
         */
        post: {
            parameters: {
                query?: never;
                header: {
                    "webhook-id": string;
                    "webhook-timestamp": string;
                    "webhook-signature": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    /**
                     * @example {
                     *       "type": "request.completed",
                     *       "timestamp": "2026-01-15T12:30:01.250Z",
                     *       "request_id": "46d69c15-c00f-4d7a-8905-9233aae5adf9",
                     *       "status": "completed",
                     *       "images": {
                     *         "total": 3,
                     *         "processed": 3,
                     *         "failed": 0,
                     *         "pending": 0
                     *       },
                     *       "output_csv_url": "https://halve.example/output_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                     *       "report_csv_url": "https://halve.example/report_csv/46d69c15-c00f-4d7a-8905-9233aae5adf9",
                     *       "output_images": [
                     *         "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-1-mug.jpg",
                     *         "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/1-2-mug-back.jpg",
                     *         "https://halve.example/files/46d69c15-c00f-4d7a-8905-9233aae5adf9/2-1-lamp.png"
                     *       ],
                     *       "output_images_truncated": false
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            responses: {
                /** @description Nothing more is wanted for this delivery */
                410: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Received */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        PreviewOfInput: {
            /** @description Encoder quality, 1-100 (default 50); with % that share of the source’s own quality. */
            quality?: string;
            /**
             * @description Format to deliver: jpeg, png, webp, avif, gif or tiff; `same` (default) keeps the format of the source.
             * @enum {string}
             */
            format?: "jpeg" | "png" | "webp" | "avif" | "gif" | "tiff" | "jpg" | "same";
            /** @description Pixels; larger pictures are scaled down to fit. */
            max_width?: number;
            /** @description Pixels; larger pictures are scaled down to fit. */
            max_height?: number;
            /**
             * @description `copyright` (default) keeps copyright, IPTC and the AI label; `none` drops these too. GPS is always dropped.
             * @enum {string}
             */
            metadata?: "copyright" | "none";
            /** @description Of the image; every guard of an upload holds for it */
            url: string;
        };
        /** @description The CSV with its options; or the CSV itself as text/csv with the options as query. */
        UploadInput: {
            /** @description Encoder quality, 1-100 (default 50); with % that share of the source’s own quality. */
            quality?: string;
            /**
             * @description Format to deliver: jpeg, png, webp, avif, gif or tiff; `same` (default) keeps the format of the source.
             * @enum {string}
             */
            format?: "jpeg" | "png" | "webp" | "avif" | "gif" | "tiff" | "jpg" | "same";
            /** @description Pixels; larger pictures are scaled down to fit. */
            max_width?: number;
            /** @description Pixels; larger pictures are scaled down to fit. */
            max_height?: number;
            /**
             * @description `copyright` (default) keeps copyright, IPTC and the AI label; `none` drops these too. GPS is always dropped.
             * @enum {string}
             */
            metadata?: "copyright" | "none";
            /** @description Store what was downloaded beside the result. */
            keep_originals?: string;
            /** @description Names of the results (default {request_id}/{row}-{position}-{name}); also {seq} and {product}. The extension is added. */
            key_template?: string;
            /** @description Layout of the file: `auto` (default) finds it out, `none` goes by the content alone, an id names one. */
            profile?: string;
            /** @description Column with image URLs, where they are not found by themselves: its header’s text, a /pattern/, or #3 for the third. May be given more than once. */
            url_column?: string[];
            /** @description Column with the product name, likewise. */
            name_column?: string;
            /** @description Row that names the columns, as a spreadsheet numbers it, where it is not found by itself; 0 when none does. */
            header_row?: number;
            /**
             * @description Rows without a picture or a name: `strict` refuses the file (default with `Input Image Urls`), `lenient` passes them through (default elsewhere).
             * @enum {string}
             */
            rows?: "strict" | "lenient";
            /**
             * Format: uri
             * @description What stands in front of relative paths of images.
             */
            base_url?: string;
            /** @description Encoding of the file, where it is not found by itself: utf-8, windows-1252, utf-16le, utf-16be, windows-1250, windows-1251, windows-1253, windows-1254, windows-1255, windows-1256, windows-1257, windows-1258, windows-874, iso-8859-2, iso-8859-4, iso-8859-5, iso-8859-7, iso-8859-8, iso-8859-13, iso-8859-15, iso-8859-16, macintosh, x-mac-cyrillic, koi8-r, koi8-u, ibm866, gbk, gb18030, big5, shift_jis, euc-jp, euc-kr. */
            encoding?: string;
            /**
             * @description New URLs in the file to import: in the place of the old ones (`in_place`, default), or in the column that the layout’s importer reads (`profile`).
             * @enum {string}
             */
            write_to?: "in_place" | "profile";
            /**
             * Format: uri
             * @description Called when the request has ended.
             */
            webhook_url?: string;
            /**
             * Format: binary
             * @description The CSV file
             */
            file: string;
        };
        /** @description RFC 9457 problem details */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "invalid_csv" | "invalid_option" | "invalid_request" | "missing_file" | "upload_too_large" | "upload_cut_off" | "unsupported_media_type" | "idempotency_key_reused" | "not_found" | "not_ready" | "wrong_state" | "unauthorized" | "forbidden_origin" | "invalid_signature" | "rate_limited" | "too_many_uploads" | "too_many_streams" | "request_timeout" | "headers_too_large" | "overloaded" | "image_failed" | "unavailable" | "internal";
            detail: string;
            errors?: {
                /** @description Physical line, 1-based */
                line: number | null;
                /** @description Data row, 1-based; blank lines are not counted */
                row: number | null;
                /** @description The row as a spreadsheet numbers it */
                spreadsheet_row: number | null;
                column: string | null;
                code: string;
                message: string;
            }[];
        };
        Request: {
            /** Format: uuid */
            request_id: string;
            /** @enum {string} */
            status: "pending" | "processing" | "completed" | "failed" | "cancelled";
            file_name: string;
            /** @description Percent of the images that have ended; 100 only when the results are there */
            progress: number;
            products: number;
            images: {
                total: number;
                processed: number;
                failed: number;
                pending: number;
                cancelled: number;
            };
            bytes: {
                /** @description Sum over the processed images; a URL that occurs twice counts twice */
                in: number;
                /** @description The same of what is delivered */
                out: number;
                /** @description One decimal */
                saved_percent: number;
            };
            /**
             * Format: date-time
             * @description UTC
             */
            created_at: string;
            started_at: string | null;
            completed_at: string | null;
            options: {
                quality: string;
                format: string | null;
                max_width: number | null;
                max_height: number | null;
                metadata: string;
                keep_originals: boolean;
                key_template: string;
                profile: string;
                url_column: string[];
                name_column: string | null;
                header_row: number | null;
                rows: ("strict" | "lenient") | null;
                base_url: string | null;
                encoding: string | null;
                /** @enum {string} */
                write_to: "in_place" | "profile";
            };
            /** @description Layout of the file, when it was recognised */
            profile: string | null;
            /** Format: uri */
            input_csv_url: string;
            output_csv_url: string | null;
            report_csv_url: string | null;
            /** @description null when nothing failed */
            failed_csv_url: string | null;
            /** @description The same in the kind of file that came */
            output_url: string | null;
            /** @description The file to import again: new URLs in the place of the old; null of an upload to the first versions */
            import_url: string | null;
            /** @description All results */
            zip_url: string | null;
            /** Format: uri */
            images_url: string;
            webhook: {
                /** Format: uri */
                url: string;
            } | null;
        };
        Image: {
            /** @description 1-based, in the order of the file */
            seq: number;
            /** @description Data row, 1-based */
            row: number;
            /** @description Position of the URL in its row, over all columns with URLs, 1-based */
            position: number;
            product_name: string;
            input_url: string;
            output_url: string | null;
            /** @description With keep_originals */
            original_url: string | null;
            /** @enum {string} */
            status: "pending" | "processed" | "failed" | "cancelled";
            error: {
                code: string;
                message: string;
            } | null;
            http_status: number | null;
            bytes_in: number | null;
            bytes_out: number | null;
            width: number | null;
            height: number | null;
            format: string | null;
            quality: number | null;
            kept_original: boolean | null;
            /** @description What made the file; null when the original is delivered */
            encoder: string | null;
            /** @description Of a JPEG, estimated from its tables */
            source_quality: number | null;
            attempts: number;
            sha256: string | null;
        };
        Delivery: {
            /** @description The webhook-id, the same in every attempt */
            id: string;
            type: string;
            url: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed";
            attempts: {
                attempt: number;
                /**
                 * Format: date-time
                 * @description UTC
                 */
                at: string;
                duration_ms: number;
                http_status: number | null;
                error: string | null;
                response_excerpt: string | null;
            }[];
            next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description UTC
             */
            created_at: string;
            delivered_at: string | null;
        };
        Preview: {
            bytes_in: number;
            bytes_out: number;
            width: number;
            height: number;
            format: string;
            quality: number | null;
            kept_original: boolean;
            source_quality: number | null;
        };
        Failures: {
            failures: {
                code: string;
                images: number;
            }[];
        };
        Statistics: {
            /** @description Most images first, at most 100 */
            hosts: {
                host: string;
                images: number;
                failed: number;
                /** @description Of the processed images */
                bytes_in: number;
                /** @description The same of what is delivered */
                bytes_out: number;
            }[];
            /** @description By the delivered format */
            formats: {
                format: string;
                images: number;
                failed: number;
                /** @description Of the processed images */
                bytes_in: number;
                /** @description The same of what is delivered */
                bytes_out: number;
            }[];
            /** @description Images that saved up to 10 %, up to 20 % … of their bytes */
            tenths: number[];
            /** @description Images that are delivered as they came, or heavier */
            unchanged: number;
        };
        Accepted: {
            /** Format: uuid */
            request_id: string;
            /** @constant */
            status: "pending";
            products: number;
            images: number;
            /** Format: uri */
            status_url: string;
            /** @description Id of the layout; null when the columns were found by their content or named */
            profile: string | null;
            /** @description Row that names the columns, as a spreadsheet numbers it; null when none does */
            header_row: number | null;
            /** @description The columns whose images are processed, as the file names them */
            url_columns: string[];
            name_column: string | null;
            rows: {
                total: number;
                /** @description Rows without an image: they stay as they are */
                passed_through: number;
                with_problems: number;
            };
            /** @description The first 100 things that work but may not be meant */
            warnings: {
                line: number | null;
                row: number | null;
                spreadsheet_row: number | null;
                column: string | null;
                code: string;
                message: string;
            }[];
            /** @description All of them, by code */
            warning_counts: {
                [key: string]: number;
            };
        };
        Validation: {
            valid: boolean;
            products: number;
            images: number;
            /** @description Different hosts in the URLs, counted up to 10,000 */
            hosts: number;
            /** @description Id of the layout; null when the columns were found by their content or named */
            profile: string | null;
            /** @description Row that names the columns, as a spreadsheet numbers it; null when none does */
            header_row: number | null;
            /** @description The columns whose images are processed, as the file names them */
            url_columns: string[];
            name_column: string | null;
            rows: {
                total: number;
                /** @description Rows without an image: they stay as they are */
                passed_through: number;
                with_problems: number;
            };
            /** @description The first 100 things that work but may not be meant */
            warnings: {
                line: number | null;
                row: number | null;
                spreadsheet_row: number | null;
                column: string | null;
                code: string;
                message: string;
            }[];
            /** @description All of them, by code */
            warning_counts: {
                [key: string]: number;
            };
            profile_label: string | null;
            /** @description The columns as the file names them */
            header: string[];
            /** @description The ones that are used; null when they were not recognised */
            columns: {
                urls: number[];
                names: number[];
                serial: number | null;
            } | null;
            /** @description Columns that hold addresses, and why each was taken or was not */
            candidates: {
                /** @description Number of a column, from 1 */
                column: number;
                header: string;
                example: string;
                urls: number;
                why: string;
            }[];
            /** @description The first rows with images, as they were understood */
            preview: {
                row: number;
                spreadsheet_row: number;
                name: string;
                urls: string[];
                cells: string[];
            }[];
            problems: {
                /** @description Physical line, 1-based */
                line: number | null;
                /** @description Data row, 1-based; blank lines are not counted */
                row: number | null;
                /** @description The row as a spreadsheet numbers it */
                spreadsheet_row: number | null;
                column: string | null;
                code: string;
                message: string;
            }[];
        };
        WebhookEvent: {
            /** @enum {string} */
            type: "request.completed" | "request.failed" | "request.cancelled";
            /** Format: date-time */
            timestamp: string;
            /** Format: uuid */
            request_id: string;
            /** @enum {string} */
            status: "completed" | "failed" | "cancelled";
            images: {
                total: number;
                processed: number;
                failed: number;
                pending: number;
            };
            /** Format: uri */
            output_csv_url: string | null;
            /** Format: uri */
            report_csv_url: string | null;
            output_images: string[];
            output_images_truncated: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
