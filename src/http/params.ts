// What a path or a query of several routes may hold.
import { z } from 'zod';

/** What the databases' integers hold. */
export const MAX_SEQ = 2 ** 31 - 1;

export const requestParams = z.object({ request_id: z.string().max(64) });
