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
                    /** @description Format to deliver; `same` (default) keeps the format of the source. */
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
                    /** @description Name of the column with the image URLs, when it is none of the known names. */
                    url_column?: string;
                    /** @description Name of the column with the product name, when it is none of the known names. */
                    name_column?: string;
                    /** @description Called when the request has ended. */
                    webhook_url?: string;
                };
                header?: {
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["UploadInput"];
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
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
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
                    /** @description Format to deliver; `same` (default) keeps the format of the source. */
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
                    /** @description Name of the column with the image URLs, when it is none of the known names. */
                    url_column?: string;
                    /** @description Name of the column with the product name, when it is none of the known names. */
                    name_column?: string;
                    /** @description Called when the request has ended. */
                    webhook_url?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": components["schemas"]["UploadInput"];
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
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
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
                        "application/json": components["schemas"]["Request"];
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
                /** @description There is nothing here */
                404: {
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
                    status?: "pending" | "processed" | "failed" | "cancelled";
                    /** @description Only the failed images with this error code */
                    code?: string;
                    /** @description `least_saved`: the 1000 processed images that saved least, the least first */
                    sort?: "file" | "least_saved";
                    cursor?: number;
                    limit?: number;
                };
                header?: never;
                path: {
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
                        "application/json": {
                            images: components["schemas"]["Image"][];
                            /** @description The cursor of the next page */
                            next: string | null;
                        };
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
                /** @description A valid API key is needed, or: The webhook signature is not valid */
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
                        "text/event-stream": string;
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
                /** @description There is nothing here */
                404: {
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
                        "application/json": components["schemas"]["Failures"];
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
                /** @description There is nothing here */
                404: {
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
                        "application/json": components["schemas"]["Statistics"];
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
                /** @description There is nothing here */
                404: {
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
                        "multipart/form-data": {
                            figures: components["schemas"]["Preview"];
                            /** Format: binary */
                            original: string;
                            /** Format: binary */
                            result: string;
                        };
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
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
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
                    request_id: string;
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
                        "image/*": string;
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
                /** @description There is nothing here */
                404: {
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
                    request_id: string;
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
                        "image/*": string;
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
                /** @description There is nothing here */
                404: {
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
        /** The CSV as it came in, with the column Output Image Urls */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "text/csv": string;
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
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet, or: The request is not in a state that allows this */
                409: {
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
        /** The CSV as it came in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "text/csv": string;
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
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet, or: The request is not in a state that allows this */
                409: {
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
        /** One line per image: what became of it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
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
                        "text/csv": string;
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
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet, or: The request is not in a state that allows this */
                409: {
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
                        "text/csv": string;
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
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet, or: The request is not in a state that allows this */
                409: {
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
        /** All requests, newest first */
        get: {
            parameters: {
                query?: {
                    status?: "pending" | "processing" | "completed" | "failed" | "cancelled";
                    /** @description Part of the file name, or the beginning of the id */
                    search?: string;
                    cursor?: string;
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
                        "application/json": {
                            requests: components["schemas"]["Request"][];
                            next: string | null;
                        };
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
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
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
                        "application/json": components["schemas"]["Request"];
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
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet, or: The request is not in a state that allows this */
                409: {
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
                        "application/json": components["schemas"]["Request"];
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
                /** @description There is nothing here */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The file does not exist yet, or: The request is not in a state that allows this */
                409: {
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
                        "application/json": unknown;
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
                /** @description There is nothing here */
                404: {
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
                        "application/json": {
                            deliveries: components["schemas"]["Delivery"][];
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
                /** @description There is nothing here */
                404: {
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
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            status: "pending";
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
                /** @description There is nothing here */
                404: {
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
        /** What the built-in receiver got, newest first */
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
            };
        };
        put?: never;
        /** A receiver to point a webhook_url at */
        post: {
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
                        "application/json": {
                            /** @enum {string} */
                            status: "Webhook received";
                        };
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
                /** @description A valid API key is needed, or: The webhook signature is not valid */
                401: {
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
                        "text/plain": string;
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
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        PreviewOfInput: {
            /** @description Encoder quality, 1-100 (default 50); with % that share of the source’s own quality. */
            quality?: string;
            /**
             * @description Format to deliver; `same` (default) keeps the format of the source.
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
             * @description Format to deliver; `same` (default) keeps the format of the source.
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
            /** @description Name of the column with the image URLs, when it is none of the known names. */
            url_column?: string;
            /** @description Name of the column with the product name, when it is none of the known names. */
            name_column?: string;
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
                url_column: string | null;
                name_column: string | null;
            };
            /** Format: uri */
            input_csv_url: string;
            output_csv_url: string | null;
            report_csv_url: string | null;
            /** @description null when nothing failed */
            failed_csv_url: string | null;
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
            /** @description Position of the URL in its cell, 1-based */
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
        /** @description RFC 9457 problem details */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "invalid_csv" | "invalid_option" | "invalid_request" | "missing_file" | "upload_too_large" | "upload_cut_off" | "unsupported_media_type" | "idempotency_key_reused" | "not_found" | "not_ready" | "wrong_state" | "unauthorized" | "forbidden_origin" | "invalid_signature" | "image_failed" | "unavailable" | "internal";
            detail: string;
            errors?: {
                /** @description Physical line, 1-based */
                line: number | null;
                /** @description Data row, 1-based; blank lines are not counted */
                row: number | null;
                column: string | null;
                code: string;
                message: string;
            }[];
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
        };
        Validation: {
            valid: boolean;
            products: number;
            images: number;
            /** @description Different hosts in the URLs, counted up to 10,000 */
            hosts: number;
            /** @description The columns as the file names them */
            header: string[];
            /** @description The ones that are used, as the file names them; null when they were not recognised */
            columns: {
                serial: string | null;
                name: string;
                url: string;
            } | null;
            problems: {
                /** @description Physical line, 1-based */
                line: number | null;
                /** @description Data row, 1-based; blank lines are not counted */
                row: number | null;
                column: string | null;
                code: string;
                message: string;
            }[];
            warnings: {
                line: number;
                row: number;
                code: string;
                message: string;
            }[];
            /** @description The first rows as they were understood */
            preview: {
                row: number;
                name: string;
                urls: string[];
            }[];
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
