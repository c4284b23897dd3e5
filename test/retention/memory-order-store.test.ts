import { orderStoreContract } from '../contract/order-store.ts';
import { createMemoryOrderStore } from '../support/memory-order-store.ts';

orderStoreContract('orders in memory', () => Promise.resolve(createMemoryOrderStore()));
